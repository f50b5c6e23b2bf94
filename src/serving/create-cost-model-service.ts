import { Code, PredictorError } from '../errors';
import { referenceLatencySeconds } from '../features';
import type { ModelArtifact } from '../predictor';
import { type Task, targetKind } from '../program';
import type { AppendResult, CheckpointFacts } from '../store';
import { readArtifactFacts } from './artifact-facts';
import { CallGate } from './call-gate';
import type {
  CostModelService,
  ModelInfo,
  ModelRef,
  PredictAnswer,
  PredictCall,
  RegisteredTask,
  ReportCall,
  TaskRef,
} from './cost-model-service';
import {
  type CostModelServiceOptions,
  type ValidCostModelServiceOptions,
  validateServiceOptions,
} from './service-options';
import { type ServiceParts, startServiceParts } from './service-parts';

/**
 * The service on this machine: store, models, inference and training in
 * `dataDir`. It starts at once; calls are UNAVAILABLE until it has. INVALID_ARGUMENT
 * for bad options; what keeps it from starting rejects `ready`.
 */
export function createCostModelService(options: CostModelServiceOptions): CostModelService {
  return new LocalCostModelService(validateServiceOptions(options));
}

class LocalCostModelService implements CostModelService {
  readonly ready: Promise<void>;
  readonly #options: ValidCostModelServiceOptions;
  readonly #gate = new CallGate('the server is starting; try again');
  readonly #listeners = new Set<(serving: boolean) => void>();
  /** Undefined until started, and after a start that failed. */
  #parts: ServiceParts | undefined;
  #disposed: Promise<void> | undefined;

  constructor(options: ValidCostModelServiceOptions) {
    this.#options = options;
    this.ready = this.#start();
    // Whoever waits for it is told; nobody has to.
    this.ready.catch((thrown: unknown) => {
      const { message } = PredictorError.from(thrown);
      options.log.error('service:not-started', { reason: message });
    });
  }

  watchServing(listener: (serving: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  registerTask(task: Task): Promise<RegisteredTask> {
    return this.#call(async ({ store, tasks, lines }) => {
      await store.putTask(task);
      const known = await tasks.resolve(task);
      return {
        taskId: known.id,
        referenceLatencySeconds: referenceLatencySeconds(known),
        modelName: lines.of(targetKind(known)).name,
      };
    });
  }

  predict(call: PredictCall): Promise<PredictAnswer> {
    return this.#call(({ prediction }) => prediction.predict(call));
  }

  report({ task: ref, records, tunerId, deferLearning }: ReportCall): Promise<AppendResult> {
    return this.#call(async ({ store, tasks, training }) => {
      const task = await tasks.resolve(ref);
      if (typeof ref !== 'string') await store.putTask(task);
      const result = await store.append(task.id, records, tunerId);
      if (deferLearning !== true) training.learnThrough(await store.lastSequence());
      return result;
    });
  }

  getModel(model: ModelRef, task?: TaskRef): Promise<ModelInfo> {
    return this.#call(async (parts) => {
      const known = task === undefined ? undefined : await parts.tasks.resolve(task);
      return modelInfo(parts, parts.lines.find(model, known));
    });
  }

  listModels(): Promise<readonly ModelInfo[]> {
    return this.#call(async (parts) => parts.lines.list().map((facts) => modelInfo(parts, facts)));
  }

  exportModel(model: ModelRef): Promise<ModelArtifact> {
    return this.#call(({ lines }) => lines.export(model));
  }

  importModel(artifact: ModelArtifact, modelName = ''): Promise<ModelInfo> {
    return this.#call(async (parts) => {
      const { predictor, targetKind: kind = 'cpu' } = readArtifactFacts(artifact);
      const isNamed = modelName !== '' && modelName !== this.#options.modelName;
      const line = isNamed ? parts.lines.lineOf({ name: modelName }) : parts.lines.of(kind);
      const probe = await parts.probe(line.targetKind);
      // Trained elsewhere: nothing of this store is in it.
      const facts = await line.publish(predictor, artifact, 0, probe);
      parts.training.learnThrough(await parts.store.lastSequence());
      return modelInfo(parts, facts);
    });
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #start(): Promise<void> {
    const parts = await startServiceParts(this.#options);
    this.#parts = parts;
    if (this.#disposed !== undefined) {
      throw new PredictorError(Code.Unavailable, 'the server was closed before it had started');
    }
    parts.inference.watchServing((serving) => this.#announce(serving));
    this.#gate.open();
    parts.training.learnThrough(await parts.store.lastSequence());
    const { lines, training } = parts;
    if (lines.all.every((line) => line.hasNewest)) return;
    // Something was learned once and is damaged: the store has what it was learned from.
    await training.idle();
    const lost = lines.all.find((line) => !line.hasNewest);
    if (lost === undefined) return;
    const { lastFailure } = training.stateOf(lost.targetKind);
    throw new PredictorError(
      Code.DataLoss,
      `no checkpoint of "${lost.name}" in "${this.#options.dataDir}" is good and no training replaced them${lastFailure && `: ${lastFailure}`}; remove them from its models folder to start anew`,
    );
  }

  async #dispose(): Promise<void> {
    this.#announce(false);
    this.#listeners.clear();
    const drained = this.#gate.close('the server is shutting down');
    // A start that waits for a training ends when that is ended below.
    if (this.#parts === undefined) await this.ready.catch(() => undefined);
    await drained;
    await this.#parts?.dispose();
  }

  #call<T>(use: (parts: ServiceParts) => Promise<T>): Promise<T> {
    return this.#gate.pass(() => use(this.#parts as ServiceParts));
  }

  #announce(serving: boolean): void {
    for (const listener of this.#listeners) listener(serving);
  }
}

function modelInfo({ lines, training }: ServiceParts, facts: CheckpointFacts): ModelInfo {
  const { name, version, description, createdSeconds } = facts;
  return Object.freeze({
    model: { name, version },
    description,
    createdSeconds,
    training: training.stateOf(lines.lineOf({ name }).targetKind),
    totalTrainingSeconds: training.totalTrainingSeconds,
  });
}
