import { Code, PredictorError } from '../errors';
import type { PredictorRegistry, TaskRecord } from '../predictor';
import type { TrainingEngine, TrainingRequest, TrainingResult } from './training-engine';
import { TrainingHost } from './training-host';

/**
 * Training on the calling thread, for tests and small tools. A server uses
 * `ProcessTrainingEngine`: this one blocks the thread for seconds.
 */
export class InlineTrainingEngine implements TrainingEngine {
  readonly #host: TrainingHost;
  #underWay: Promise<unknown> = Promise.resolve();
  #open = true;

  constructor(registry: PredictorRegistry) {
    this.#host = new TrainingHost(registry);
  }

  get heldThrough(): number {
    return this.#host.heldThrough;
  }

  async add(records: readonly TaskRecord[]): Promise<void> {
    this.#assertOpen();
    this.#host.add(records);
  }

  async fit(request: TrainingRequest): Promise<TrainingResult> {
    this.#assertOpen();
    const fit = this.#host.fit(request);
    this.#underWay = fit.catch(() => undefined);
    return fit;
  }

  /** On one thread a training cannot be ended from outside: waits for it. */
  async dispose(): Promise<void> {
    this.#open = false;
    await this.#underWay;
    await this.#host.dispose();
  }

  #assertOpen(): void {
    if (!this.#open) throw new PredictorError(Code.Unavailable, 'the training engine is closed');
  }
}
