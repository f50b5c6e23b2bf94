import { extractFeatures } from '../features';
import type { TaskRecord } from '../predictor';
import { measuredLatencySeconds } from '../program';
import type { Example } from '../training';
import type { TaskFeaturesCache } from './feature-source';

interface CachedExample {
  readonly idempotencyKey: string;
  /** Undefined for a record that teaches nothing: failed, or unreadable. */
  readonly example: Example | undefined;
}

/** Records whose features are kept between trainings: some 3 kB each. */
const CACHED_RECORDS = 20_000;

/**
 * Examples of records. The records of one training are nearly all in the next, so
 * features are extracted once: what is new is paid for, and nothing else.
 */
export class ExampleCache {
  readonly #features: TaskFeaturesCache;
  readonly #bySequence = new Map<number, CachedExample>();

  constructor(features: TaskFeaturesCache) {
    this.#features = features;
  }

  /** In the order of the records, without those that teach nothing. */
  collect(records: readonly TaskRecord[]): Example[] {
    const examples: Example[] = [];
    for (const taskRecord of records) {
      const example = this.#exampleOf(taskRecord);
      if (example !== undefined) examples.push(example);
    }
    return examples;
  }

  clear(): void {
    this.#bySequence.clear();
  }

  #exampleOf(taskRecord: TaskRecord): Example | undefined {
    const { sequence, record } = taskRecord;
    const held = this.#bySequence.get(sequence);
    // Sequences are unique in one store; the key tells the records of two apart.
    if (held?.idempotencyKey === record.idempotencyKey) return held.example;
    const example = this.#extract(taskRecord);
    if (this.#bySequence.size < CACHED_RECORDS || held !== undefined) {
      this.#bySequence.set(sequence, { idempotencyKey: record.idempotencyKey, example });
    }
    return example;
  }

  #extract({ task, record }: TaskRecord): Example | undefined {
    const latencySeconds = measuredLatencySeconds(record);
    if (latencySeconds === undefined) return undefined;
    const { extractor, device } = this.#features.get(task);
    const result = extractFeatures(extractor, record.program);
    if (!result.ok || !result.features.leaves.every(Number.isFinite)) return undefined;
    const { leafCount, leaves, positions, depths, estimateSeconds } = result.features;
    return {
      program: { leafCount, leaves, positions, depths },
      device,
      taskId: task.id,
      logRatio: Math.log(latencySeconds / estimateSeconds),
      latencySeconds,
    };
  }
}
