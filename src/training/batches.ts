import { type ResumableRng, type RngState, restoreRng, shuffle } from '../base';
import { leafBucketOf } from '../model';
import type { TrainingSet } from './examples';

/** Which examples are in a step, and the leaf count that they are padded to. */
export interface StepBatch {
  readonly indices: readonly number[];
  /** Lengths of the runs of `indices` that are of one task each, in their order. */
  readonly chunkSizes: readonly number[];
  readonly leafBucket: number;
}

export interface BatchSettings {
  /** Programs in a step, at most. */
  readonly programsPerStep: number;
  /** Programs of one task in a step, at most: enough to rank, few enough to mix tasks. */
  readonly programsPerTask: number;
  /** Leaves in a step with its padding, at most: bounds the memory of steps of large programs. */
  readonly rowsPerStep: number;
}

/** Where a sampler stands: enough to go on with the very batches that would have come. */
export interface SamplerState {
  /** Of its randomness, when the pass began. */
  readonly passStart: RngState;
  /** Steps taken of the pass. */
  readonly taken: number;
}

/**
 * Endless batches, seeded. Tasks are grouped by the bucket of their largest
 * program, so that short programs are not padded to the length of unrelated long
 * ones and every program can be ranked against the others of its task. A pass
 * visits each example once, in chunks of one task; all is shuffled anew for each
 * pass: the members of the chunks, the chunks of a step, and the steps.
 */
export class BatchSampler {
  readonly #set: TrainingSet;
  readonly #settings: BatchSettings;
  readonly #rng: ResumableRng;
  /** Tasks by leaf bucket, smallest bucket first. */
  readonly #groups: readonly (readonly [leafBucket: number, tasks: readonly number[]])[];
  #passStart: RngState;
  /** What is left of the pass; taken from the end. */
  #steps: StepBatch[];
  #taken = 0;
  /** Steps that visit every example once; passes differ by a step at most. */
  readonly stepsPerPass: number;

  /** @param from where another sampler of the same set and settings stood: this one goes on there */
  constructor(set: TrainingSet, settings: BatchSettings, rng: ResumableRng, from?: SamplerState) {
    this.#set = set;
    this.#settings = settings;
    this.#rng = from === undefined ? rng : restoreRng(from.passStart);
    const byBucket = new Map<number, number[]>();
    set.tasks.forEach((members, task) => {
      let most = 0;
      for (const i of members) most = Math.max(most, set.examples[i]?.program.leafCount ?? 0);
      const bucket = leafBucketOf(most);
      const tasks = byBucket.get(bucket);
      if (tasks === undefined) byBucket.set(bucket, [task]);
      else tasks.push(task);
    });
    this.#groups = [...byBucket.entries()].sort(([a], [b]) => a - b);
    this.#passStart = this.#rng.state();
    this.#steps = this.#plan();
    this.stepsPerPass = this.#steps.length;
    for (let i = 0; i < (from?.taken ?? 0); i++) this.next();
  }

  next(): StepBatch {
    if (this.#steps.length === 0) {
      this.#passStart = this.#rng.state();
      this.#steps = this.#plan();
      this.#taken = 0;
    }
    this.#taken++;
    return this.#steps.pop() as StepBatch;
  }

  state(): SamplerState {
    return { passStart: this.#passStart, taken: this.#taken };
  }

  /** The steps of one pass. */
  #plan(): StepBatch[] {
    const { programsPerStep, rowsPerStep } = this.#settings;
    const steps: StepBatch[] = [];
    for (const [leafBucket, tasks] of this.#groups) {
      const room = Math.max(1, Math.min(programsPerStep, Math.floor(rowsPerStep / leafBucket)));
      let chunks: number[][] = [];
      let count = 0;
      const close = () => {
        if (count === 0) return;
        const chunkSizes = chunks.map((chunk) => chunk.length);
        steps.push({ indices: chunks.flat(), chunkSizes, leafBucket });
        chunks = [];
        count = 0;
      };
      for (const chunk of shuffle(
        tasks.flatMap((task) => this.#cut(task, room)),
        this.#rng,
      )) {
        if (count + chunk.length > room) close();
        chunks.push(chunk);
        count += chunk.length;
      }
      close();
    }
    return shuffle(steps, this.#rng);
  }

  /**
   * A task in even chunks, drawn anew: 130 programs of at most 128 are two of 65,
   * not 128 and 2 that nothing can be ranked against.
   */
  #cut(task: number, room: number): number[][] {
    const members = shuffle([...(this.#set.tasks[task] as readonly number[])], this.#rng);
    const count = Math.ceil(members.length / Math.min(this.#settings.programsPerTask, room));
    return Array.from({ length: count }, (_, c) =>
      members.slice(
        Math.floor((c * members.length) / count),
        Math.floor(((c + 1) * members.length) / count),
      ),
    );
  }
}
