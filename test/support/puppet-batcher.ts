import type { Batcher, Lane, RunBatch } from '../../src/serving/batcher';

interface HeldCall<L extends Lane, Item, Result> {
  readonly lane: L;
  readonly items: readonly Item[];
  readonly resolve: (results: readonly Result[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A hand-cranked batcher: every call is a batch of its own and waits until the
 * test says so. For tests of what stands in front of a batcher; it has no
 * bounds and hears no signal.
 */
export class PuppetBatcher<L extends Lane, Item, Result> implements Batcher<L, Item, Result> {
  readonly #run: RunBatch<L, Item, Result>;
  readonly #held: HeldCall<L, Item, Result>[] = [];
  #onEmpty: (() => void)[] = [];

  constructor(run: RunBatch<L, Item, Result>) {
    this.#run = run;
  }

  /** Lanes of the calls that wait, in their order. */
  get waiting(): readonly L[] {
    return this.#held.map((call) => call.lane);
  }

  submit(lane: L, items: readonly Item[]): Promise<readonly Result[]> {
    return new Promise((resolve, reject) => {
      this.#held.push({ lane, items, resolve, reject });
    });
  }

  /** Runs the oldest `count` calls, one after the other. */
  async process(count: number): Promise<void> {
    for (const call of this.#held.splice(0, count)) {
      await this.#run(call.lane, call.items).then(call.resolve, call.reject);
    }
    if (this.#held.length === 0) for (const report of this.#onEmpty.splice(0)) report();
  }

  drain(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#held.length === 0) resolve();
      else this.#onEmpty.push(resolve);
    });
  }
}
