import { createHash } from 'node:crypto';
import { Code, invalidArgument, PredictorError } from '../../src/errors';
import type { ModelArtifact, Prediction } from '../../src/predictor';
import { type MeasuredRecord, measuredLatencySeconds, type ProgramSource } from '../../src/program';
import type {
  CostModelService,
  ModelInfo,
  ModelRef,
  PredictCall,
  TaskRef,
} from '../../src/serving';

/** A service in memory whose "model" is a hash: enough to see what a transport does with it. */
export interface FakeCostModelService extends CostModelService {
  readonly calls: readonly PredictCall[];
  readonly records: readonly MeasuredRecord[];
  /** Calls that wait in the queue, in order; empty unless `hold` was called. */
  readonly waiting: readonly PredictCall[];
  /** From now on predict waits for `release`, or for its signal. */
  hold(): void;
  release(): void;
  /** The next call of any kind fails with this. */
  failNext(error: unknown): void;
  /** A new version serves from now on, as after a training. */
  swap(): void;
  freeze(): void;
  /** As when an inference worker is replaced. */
  setServing(serving: boolean): void;
}

const NAME = 'fake';

export function createFakeCostModelService(
  ready: Promise<void> = Promise.resolve(),
): FakeCostModelService {
  const tasks = new Set<string>();
  const records = new Map<string, MeasuredRecord>();
  const calls: PredictCall[] = [];
  const waiting = new Map<PredictCall, () => void>();
  const versions = ['estimate'];
  const listeners = new Set<(serving: boolean) => void>();
  let held = false;
  let phase: 'idle' | 'frozen' = 'idle';
  let trainedOn = 0;
  let nextError: { readonly error: unknown } | undefined;

  const newest = () => versions.length - 1;
  const guard = (): void => {
    if (nextError === undefined) return;
    const { error } = nextError;
    nextError = undefined;
    throw error;
  };
  const idOf = (task: TaskRef): string => {
    if (typeof task !== 'string') tasks.add(task.id);
    const id = typeof task === 'string' ? task : task.id;
    if (!tasks.has(id)) throw new PredictorError(Code.NotFound, `task "${id}" is not known`);
    return id;
  };
  const resolveVersion = ({ name, version, pinned = false }: ModelRef): number => {
    const known = (name === '' || name === NAME) && version >= 0 && version < versions.length;
    if (!known) {
      throw new PredictorError(Code.NotFound, `model ${name}@${version} is not known`);
    }
    return version === 0 && !pinned ? newest() : version;
  };
  const infoOf = (version: number): ModelInfo => ({
    model: { name: NAME, version },
    description: {
      predictor: NAME,
      featureSet: 'loop-nest',
      trainedOn: version === 0 ? 0 : trainedOn,
      trainedThroughSequence: version === newest() ? records.size : 0,
      parameterCount: 1,
      trainingSeconds: 0.5,
      weightsSha256: sha256(versions[version] as string),
    },
    createdSeconds: 1,
    training: { phase, targetSequence: 0, lastFailure: '' },
    totalTrainingSeconds: 0.5 * newest(),
  });
  const waitInQueue = (call: PredictCall): Promise<void> =>
    new Promise((resolve, reject) => {
      if (call.signal?.aborted) return reject(call.signal.reason);
      waiting.set(call, resolve);
      call.signal?.addEventListener('abort', () => {
        waiting.delete(call);
        reject(call.signal?.reason);
      });
    });

  return {
    ready,
    watchServing(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setServing(serving) {
      for (const listener of listeners) listener(serving);
    },
    calls,
    get records() {
      return [...records.values()];
    },
    get waiting() {
      return [...waiting.keys()];
    },
    hold() {
      held = true;
    },
    release() {
      held = false;
      for (const resolve of waiting.values()) resolve();
      waiting.clear();
    },
    failNext(error) {
      nextError = { error };
    },
    swap() {
      versions.push(`version ${versions.length}`);
    },
    freeze() {
      phase = 'frozen';
    },
    async registerTask(task) {
      guard();
      return { taskId: idOf(task), referenceLatencySeconds: 2 ** -20, modelName: NAME };
    },
    async predict(call) {
      guard();
      calls.push(call);
      idOf(call.task);
      if (held) await waitInQueue(call);
      const version = resolveVersion(call.model);
      const weights = versions[version] as string;
      return {
        predictions: call.programs.map((program) => score(program, weights)),
        cached: 0,
        model: { name: NAME, version },
        trainedOn: version === 0 ? 0 : trainedOn,
      };
    },
    async report(call) {
      guard();
      idOf(call.task);
      const before = records.size;
      for (const record of call.records) records.set(record.idempotencyKey, record);
      const valid = [...records.values()].filter((record) => measuredLatencySeconds(record));
      if (records.size > before && valid.length > 0) {
        trainedOn = valid.length;
        versions.push(sha256(JSON.stringify(valid)));
      }
      const accepted = records.size - before;
      return {
        accepted,
        duplicates: call.records.length - accepted,
        lastSequence: call.records.length === 0 ? 0 : records.size,
        totalRecords: records.size,
      };
    },
    async getModel(model) {
      guard();
      return infoOf(resolveVersion(model));
    },
    async listModels() {
      guard();
      return versions.map((_, version) => infoOf(version));
    },
    async exportModel(model): Promise<ModelArtifact> {
      guard();
      const weights = Buffer.from(versions[resolveVersion(model)] as string);
      return { card: JSON.stringify({ sha256: sha256(weights) }), weights };
    },
    async importModel({ card, weights }) {
      guard();
      if (card !== JSON.stringify({ sha256: sha256(weights) })) {
        throw invalidArgument('artifact.weights do not have the sha256 that artifact.card says');
      }
      versions.push(Buffer.from(weights).toString());
      return infoOf(newest());
    },
    async dispose() {
      this.release();
    },
  };
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** A latency between 1 and 2 ms that depends on nothing but program and weights. */
function score(program: ProgramSource, weights: string): Prediction {
  const text = program.loopNest || program.transformSteps;
  if (text.includes('unreadable')) {
    const reason = 'line 1: "unreadable" is no loop';
    return { ok: false, failure: 'unreadable', code: Code.InvalidArgument, reason };
  }
  const bits = Number.parseInt(sha256(`${weights}\n${text}`).slice(0, 12), 16);
  return { ok: true, latencySeconds: 1e-3 * (1 + bits / 2 ** 48), logStandardDeviation: 0.5 };
}
