import type { Predictor, PredictorRegistry, TaskRecord } from '../predictor';
import { type TargetKind, targetKind } from '../program';
import type { TrainingRequest, TrainingResult } from './training-engine';

/** The records and the learning predictors of one thread: what every training engine runs. */
export class TrainingHost {
  readonly #registry: PredictorRegistry;
  /** By key, in the order of their sequences. */
  readonly #records = new Map<string, TaskRecord>();
  #heldThrough = 0;
  /** One a kind of target: each remembers the features of its own records. */
  readonly #learners = new Map<TargetKind, Learner>();

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
    const summary = await predictor.fit(this.#recordsOf(request.targetKind), options);
    return { artifact: await predictor.save(), summary, description: await predictor.describe() };
  }

  async dispose(): Promise<void> {
    for (const { predictor } of this.#learners.values()) await predictor.dispose();
    this.#learners.clear();
  }

  #recordsOf(kind: TargetKind): readonly TaskRecord[] {
    return [...this.#records.values()].filter(({ task }) => targetKind(task) === kind);
  }

  /**
   * The same predictor as last time where it may be: it remembers the features
   * of records. What it learned counts for nothing: it loads `startFrom`, and
   * where there is none, a new one begins.
   */
  async #learnerFor(request: TrainingRequest): Promise<Predictor> {
    const { predictor: name, startFrom, targetKind: kind } = request;
    const held = this.#learners.get(kind);
    if (held?.name === name && startFrom !== undefined) return held.predictor;
    this.#learners.delete(kind);
    await held?.predictor.dispose();
    const predictor = this.#registry.create(name);
    this.#learners.set(kind, { name, predictor });
    return predictor;
  }
}

interface Learner {
  readonly name: string;
  readonly predictor: Predictor;
}
