import { extractFeatures, type TaskFeaturesCache } from '../features';
import type { TaskRecord } from '../predictor';
import { measuredLatencySeconds } from '../program';
import type { Example } from '../training';

/** Why a record teaches nothing; empty where it was not measured. */
type Refusal = string;

interface CachedExample {
  readonly idempotencyKey: string;
  readonly example: Example | Refusal;
}

export interface Examples {
  /** In the order of the records, without those that teach nothing. */
  readonly examples: readonly Example[];
  /** Why the first measured record that teaches nothing does not; empty where there is none. */
  readonly firstRefusal: Refusal;
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

  collect(records: readonly TaskRecord[]): Examples {
    const examples: Example[] = [];
    let firstRefusal: Refusal = '';
    for (const taskRecord of records) {
      const example = this.#exampleOf(taskRecord);
      if (typeof example !== 'string') examples.push(example);
      else firstRefusal ||= example;
    }
    return { examples, firstRefusal };
  }

  clear(): void {
    this.#bySequence.clear();
  }

  #exampleOf(taskRecord: TaskRecord): Example | Refusal {
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

  #extract({ task, record }: TaskRecord): Example | Refusal {
    const latencySeconds = measuredLatencySeconds(record);
    if (latencySeconds === undefined) return '';
    const { extractor, device, deviceName, logReference } = this.#features.get(task);
    const result = extractFeatures(extractor, record.program);
    if (!result.ok) return result.reason;
    if (!result.features.leaves.every(Number.isFinite)) return 'a feature is not finite';
    const { leafCount, leaves, positions, depths, estimateSeconds } = result.features;
    return {
      program: { leafCount, leaves, positions, depths },
      device,
      deviceName,
      taskId: task.id,
      logLatency: Math.log(latencySeconds),
      logEstimate: Math.log(estimateSeconds),
      logReference,
    };
  }
}
