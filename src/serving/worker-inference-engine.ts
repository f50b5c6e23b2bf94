import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { Log } from '../base';
import { Code, PredictorError } from '../errors';
import type { Prediction, PredictorDescription, ProgramBatch } from '../predictor';
import type { Task } from '../program';
import { compiledPath } from './compiled-path';
import type { InferenceEngine, ModelSource } from './inference-engine';
import {
  decodePredictions,
  type InferenceReply,
  type InferenceRequest,
  type InferenceWorkerData,
  type PredictionColumns,
} from './inference-protocol';
import { PendingReplies } from './reply';

export interface WorkerInferenceEngineOptions extends InferenceWorkerData {
  readonly log: Log;
  /** Wait before the second and later restarts in a row; doubled each time. */
  readonly restartDelayMs: number;
}

/** A network has some tens of tasks; beyond this the oldest is sent anew when it comes back. */
const TASKS_IN_WORKER = 256;
const LONGEST_RESTART_DELAY_MS = 10_000;

type Reply = PredictorDescription | PredictionColumns | undefined;

/**
 * Inference in a worker thread of its own, from the parsing of programs to the
 * tensors, so that the thread that talks to clients stays free.
 *
 * A worker that crashes takes the batches under way with it (UNAVAILABLE, as is
 * what comes until it is back), and a new one is started with the same models
 * loaded. A fault inside a native library ends the whole process: threads share it.
 */
export class WorkerInferenceEngine implements InferenceEngine {
  readonly #options: WorkerInferenceEngineOptions;
  readonly #replies = new PendingReplies<Reply>();
  readonly #models = new Map<string, ModelSource>();
  /** Predictors that a new worker is to prepare, too. */
  readonly #prepared = new Set<string>();
  readonly #listeners = new Set<(serving: boolean) => void>();
  /** Ids of the tasks that the present worker holds, oldest first. */
  readonly #taskIds = new Set<string>();
  #worker: Worker;
  #serving = true;
  #crashesInARow = 0;
  #restartTimer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(options: WorkerInferenceEngineOptions) {
    this.#options = Object.freeze({ ...options });
    this.#worker = this.#startWorker();
  }

  get serving(): boolean {
    return this.#serving && !this.#disposed;
  }

  watchServing(listener: (serving: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async prepare(predictor: string): Promise<void> {
    this.#assertServing();
    await this.#request((id) => ({ kind: 'prepare', id, predictor }));
    this.#prepared.add(predictor);
  }

  async load(key: string, source: ModelSource): Promise<PredictorDescription> {
    this.#assertServing();
    const description = await this.#load(key, source);
    this.#models.set(key, source);
    return description;
  }

  async unload(key: string): Promise<void> {
    this.#models.delete(key);
    if (this.serving) await this.#request((id) => ({ kind: 'unload', id, key }));
  }

  async predict(key: string, { task, programs }: ProgramBatch): Promise<readonly Prediction[]> {
    this.#assertServing();
    const isNew = this.#noteTask(task);
    const columns = await this.#request((id) => ({
      kind: 'predict',
      id,
      key,
      taskId: task.id,
      task: isNew ? task : undefined,
      loopNests: programs.map((program) => program.loopNest),
      transformSteps: programs.map((program) => program.transformSteps),
      loweredFeatures: programs.some((program) => program.loweredFeatures !== undefined)
        ? programs.map((program) => program.loweredFeatures)
        : undefined,
    }));
    return decodePredictions(columns as PredictionColumns);
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    clearTimeout(this.#restartTimer);
    this.#replies.failAll(new PredictorError(Code.Unavailable, 'the inference engine is closed'));
    await this.#worker.terminate();
  }

  async #load(key: string, source: ModelSource): Promise<PredictorDescription> {
    const description = await this.#request((id) => ({ kind: 'load', id, key, source }));
    return description as PredictorDescription;
  }

  #request(create: (id: number) => InferenceRequest): Promise<Reply> {
    return this.#replies.request((id) => this.#worker.postMessage(create(id)));
  }

  /** True where the worker has to be sent the task. */
  #noteTask(task: Task): boolean {
    if (this.#taskIds.has(task.id)) return false;
    this.#taskIds.add(task.id);
    if (this.#taskIds.size > TASKS_IN_WORKER) {
      const [oldest] = this.#taskIds;
      this.#taskIds.delete(oldest as string);
      const forget: InferenceRequest = { kind: 'forget-task', taskId: oldest as string };
      this.#worker.postMessage(forget);
    }
    return true;
  }

  #assertServing(): void {
    if (this.#disposed) {
      throw new PredictorError(Code.Unavailable, 'the inference engine is closed');
    }
    if (!this.#serving) {
      throw new PredictorError(Code.Unavailable, 'the inference worker restarts; try again');
    }
  }

  #startWorker(): Worker {
    const { registryModule, nativeEnvironment, log } = this.#options;
    const workerData: InferenceWorkerData = { registryModule, nativeEnvironment };
    const entry = compiledPath('serving/inference-worker');
    const worker = new Worker(entry, { workerData, env: SHARE_ENV, name: 'inference' });
    let failure = 'exited';
    worker.on('message', (reply: InferenceReply) => this.#replies.settle(reply));
    worker.on('error', (error) => {
      failure = error.message;
    });
    worker.on('exit', () => {
      if (this.#disposed) return;
      log.error('inference:crashed', { reason: failure });
      this.#onCrash(failure);
    });
    return worker;
  }

  #onCrash(reason: string): void {
    this.#crashesInARow += 1;
    this.#setServing(false);
    this.#taskIds.clear();
    this.#replies.failAll(
      new PredictorError(Code.Unavailable, `the inference worker crashed: ${reason}; try again`),
    );
    const doublings = this.#crashesInARow - 2;
    const delayMs = doublings < 0 ? 0 : this.#options.restartDelayMs * 2 ** doublings;
    const boundedMs = Math.min(delayMs, LONGEST_RESTART_DELAY_MS);
    this.#restartTimer = setTimeout(() => void this.#restart(), boundedMs);
  }

  /** Serving again when every model is loaded; a crash on the way leads to the next restart. */
  async #restart(): Promise<void> {
    this.#worker = this.#startWorker();
    try {
      for (const predictor of this.#prepared) {
        await this.#request((id) => ({ kind: 'prepare', id, predictor }));
      }
      for (const [key, source] of this.#models) await this.#load(key, source);
    } catch (thrown) {
      this.#options.log.error('inference:restart-failed', { reason: String(thrown) });
      // A crash has scheduled the next restart itself; another failure ends this worker for it.
      void this.#worker.terminate();
      return;
    }
    this.#crashesInARow = 0;
    this.#options.log.info('inference:restarted', { models: this.#models.size });
    this.#setServing(true);
  }

  #setServing(serving: boolean): void {
    if (this.#serving === serving || this.#disposed) return;
    this.#serving = serving;
    for (const listener of this.#listeners) listener(serving);
  }
}
