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

/**
 * Endless batches, seeded. Tasks are grouped by the bucket of their largest
 * program, so that short programs are not padded to the length of unrelated long
 * ones and every program can be ranked against the others of its task. A pass
 * visits each example once, in chunks of one task; steps of all groups are mixed.
 */
export class BatchSampler {
  readonly #set: TrainingSet;
  readonly #settings: BatchSettings;
  readonly #rng: Rng;
  /** Tasks by leaf bucket, smallest bucket first. */
  readonly #groups: readonly (readonly [leafBucket: number, tasks: readonly number[]])[];
  /** What is left of the pass; taken from the end. */
  #steps: StepBatch[];
  /** Steps that visit every example once. */
  readonly stepsPerPass: number;

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
    this.#groups = [...byBucket.entries()].sort(([a], [b]) => a - b);
    this.#steps = this.#plan();
    this.stepsPerPass = this.#steps.length;
  }

  next(): StepBatch {
    if (this.#steps.length === 0) this.#steps = this.#plan();
    return this.#steps.pop() as StepBatch;
  }

  /** The steps of one pass. */
  #plan(): StepBatch[] {
    const steps: StepBatch[] = [];
    for (const [leafBucket, tasks] of this.#groups) {
      let indices: number[] = [];
      for (const chunk of shuffle(
        tasks.flatMap((task) => this.#cut(task)),
        this.#rng,
      )) {
        if (indices.length > 0 && indices.length + chunk.length > this.#settings.programsPerStep) {
          steps.push({ indices, leafBucket });
          indices = [];
        }
        indices.push(...chunk);
      }
      if (indices.length > 0) steps.push({ indices, leafBucket });
    }
    return shuffle(steps, this.#rng);
  }

  /**
   * A task in even chunks, drawn anew: 130 programs of at most 128 are two of 65,
   * not 128 and 2 that nothing can be ranked against.
   */
  #cut(task: number): number[][] {
    const { programsPerStep, programsPerTask } = this.#settings;
    const members = shuffle([...(this.#set.tasks[task] as readonly number[])], this.#rng);
    const count = Math.ceil(members.length / Math.min(programsPerTask, programsPerStep));
    return Array.from({ length: count }, (_, c) =>
      members.slice(
        Math.floor((c * members.length) / count),
        Math.floor(((c + 1) * members.length) / count),
      ),
    );
  }
}
