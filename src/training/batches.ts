import { type Rng, shuffle } from '../base';
import { leafBucketOf } from '../model';
import type { TrainingSet } from './examples';

/** Which examples are in a step, and the leaf count that they are padded to. */
export interface StepBatch {
  readonly indices: readonly number[];
  readonly leafBucket: number;
}

export interface BatchSettings {
  /** Programs in a step, at most. */
  readonly programsPerStep: number;
  /** Programs of one task in a step, at most: enough to rank, few enough to mix tasks. */
  readonly programsPerTask: number;
}

/** Tasks whose largest programs share a bucket. */
interface TaskGroup {
  readonly leafBucket: number;
  readonly tasks: readonly number[];
  /** Examples of all of them. */
  readonly size: number;
}

/**
 * Endless batches, seeded. Tasks are grouped by the bucket of their largest
 * program, so that short programs are not padded to the length of unrelated long
 * ones and every program can be ranked against the others of its task. A pass over
 * a group visits each example once, in chunks of one task, chunks in random order.
 */
export class BatchSampler {
  readonly #set: TrainingSet;
  readonly #settings: BatchSettings;
  readonly #rng: Rng;
  readonly #groups: readonly TaskGroup[];
  /** Of each group: what is left of the pass. */
  readonly #chunks: number[][][];

  constructor(set: TrainingSet, settings: BatchSettings, rng: Rng) {
    this.#set = set;
    this.#settings = settings;
    this.#rng = rng;
    const byBucket = new Map<number, number[]>();
    set.tasks.forEach((members, task) => {
      const leaves = members.map((i) => set.examples[i]?.program.leafCount ?? 0);
      const bucket = leafBucketOf(leaves.reduce((most, count) => Math.max(most, count), 0));
      byBucket.set(bucket, [...(byBucket.get(bucket) ?? []), task]);
    });
    this.#groups = [...byBucket.entries()]
      .sort(([a], [b]) => a - b)
      .map(([leafBucket, tasks]) => ({
        leafBucket,
        tasks,
        size: tasks.reduce((sum, task) => sum + (set.tasks[task]?.length ?? 0), 0),
      }));
    this.#chunks = this.#groups.map(() => []);
  }

  /** Steps that visit every example once. */
  get stepsPerPass(): number {
    const { programsPerStep } = this.#settings;
    return this.#groups.reduce((sum, group) => sum + Math.ceil(group.size / programsPerStep), 0);
  }

  next(): StepBatch {
    const group = this.#drawGroup();
    const { leafBucket } = this.#groups[group] as TaskGroup;
    const indices: number[] = [];
    while (indices.length < this.#settings.programsPerStep) {
      if ((this.#chunks[group] as number[][]).length === 0) {
        // A pass ends with the step that empties it: no example twice in a step.
        if (indices.length > 0) break;
        this.#chunks[group] = this.#cutChunks(group);
      }
      indices.push(...((this.#chunks[group] as number[][]).pop() as number[]));
    }
    return { indices, leafBucket };
  }

  /** A group by its share of the examples. */
  #drawGroup(): number {
    let left = this.#rng.next() * this.#set.examples.length;
    const found = this.#groups.findIndex(({ size }) => {
      left -= size;
      return left < 0;
    });
    return found < 0 ? this.#groups.length - 1 : found;
  }

  #cutChunks(group: number): number[][] {
    const { tasks } = this.#groups[group] as TaskGroup;
    const most = Math.min(this.#settings.programsPerTask, this.#settings.programsPerStep);
    const chunks: number[][] = [];
    for (const task of tasks) {
      const members = shuffle([...(this.#set.tasks[task] as readonly number[])], this.#rng);
      // Even chunks: 130 of at most 128 are two of 65, not 128 and 2 that nothing can be ranked against.
      const count = Math.ceil(members.length / most);
      for (let c = 0; c < count; c++) {
        const from = Math.floor((c * members.length) / count);
        chunks.push(members.slice(from, Math.floor(((c + 1) * members.length) / count)));
      }
    }
    return shuffle(chunks, this.#rng);
  }
}
