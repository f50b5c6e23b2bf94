import type { ResumableRng } from '../base';
import { leafBucketOf } from '../model';
import type { UnlabelledProgram } from './examples';

/**
 * Programs of the target, drawn at random for each step. Only those of the step's own
 * leaf bucket: else the regulariser would make programs of few leaves look like those
 * of many.
 */
export class TargetSampler {
  readonly #byBucket = new Map<number, UnlabelledProgram[]>();
  readonly #count: number;
  readonly #rng: ResumableRng;

  constructor(target: readonly UnlabelledProgram[], count: number, rng: ResumableRng) {
    this.#count = count;
    this.#rng = rng;
    for (const each of target) {
      const bucket = leafBucketOf(each.program.leafCount);
      const held = this.#byBucket.get(bucket);
      if (held === undefined) this.#byBucket.set(bucket, [each]);
      else held.push(each);
    }
  }

  /** `count` programs, with repetition; undefined where the target has none that large. */
  next(leafBucket: number): UnlabelledProgram[] | undefined {
    const held = this.#byBucket.get(leafBucket);
    if (held === undefined) return undefined;
    return Array.from(
      { length: this.#count },
      () => held[this.#rng.nextInt(held.length)] as UnlabelledProgram,
    );
  }
}
