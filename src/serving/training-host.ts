import type { Predictor, PredictorRegistry, TaskRecord } from '../predictor';
import type { TrainingRequest, TrainingResult } from './training-engine';

/** The records and the learning predictor of one thread: what every training engine runs. */
export class TrainingHost {
  readonly #registry: PredictorRegistry;
  /** By key, in the order of their sequences. */
  readonly #records = new Map<string, TaskRecord>();
  #heldThrough = 0;
  #learner: { readonly name: string; readonly predictor: Predictor } | undefined;

  constructor(registry: PredictorRegistry) {
    this.#registry = registry;
  }

  get heldThrough(): number {
    return this.#heldThrough;
  }

  add(records: readonly TaskRecord[]): void {
    for (const taskRecord of records) {
      const { sequence, record } = taskRecord;
      if (sequence <= this.#heldThrough) continue;
      // What was filled in comes again, under a sequence of its own: once is enough.
      this.#records.delete(record.idempotencyKey);
      this.#records.set(record.idempotencyKey, taskRecord);
      this.#heldThrough = sequence;
    }
  }

  async fit(request: TrainingRequest): Promise<TrainingResult> {
    const { seed, startFrom, onProgress } = request;
    const predictor = await this.#learnerFor(request);
    if (startFrom !== undefined) await predictor.load(startFrom);
    const options = onProgress === undefined ? { seed } : { seed, onProgress };
    const summary = await predictor.fit([...this.#records.values()], options);
    return { artifact: await predictor.save(), summary, description: await predictor.describe() };
  }

  async dispose(): Promise<void> {
    await this.#learner?.predictor.dispose();
    this.#learner = undefined;
  }

  /**
   * The same predictor as last time where it may be: it remembers the features
   * of records. What it learned counts for nothing: it loads `startFrom`, and
   * where there is none, a new one begins.
   */
  async #learnerFor(request: TrainingRequest): Promise<Predictor> {
    const { predictor: name, startFrom } = request;
    if (this.#learner?.name === name && startFrom !== undefined) return this.#learner.predictor;
    await this.dispose();
    const predictor = this.#registry.create(name);
    this.#learner = { name, predictor };
    return predictor;
  }
}
