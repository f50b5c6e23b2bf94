import { Code, internalError, PredictorError } from '../errors';
import { abortError } from './abort-error';
import type { Batcher, Lane, RunBatch } from './batcher';

export interface FifoBatcherOptions {
  /** Items of one batch at most. */
  readonly maxBatchItems: number;
  /** Items that wait at most; those of running batches do not count. */
  readonly maxQueueItems: number;
  /** Batches that run at once. 2 keep one ready while the answer of the other is read. */
  readonly maxRunningBatches: number;
}

interface Entry<L extends Lane, Item, Result> {
  readonly lane: L;
  readonly items: readonly Item[];
  readonly results: Result[];
  /** Items given to batches so far. */
  taken: number;
  /** Items that have no answer yet. */
  missing: number;
  settled: boolean;
  readonly resolve: (results: readonly Result[]) => void;
  readonly reject: (error: unknown) => void;
  /** Stops listening to the caller's signal. */
  readonly detach: () => void;
}

/** Items `start` to `start + count` of an entry; its share of a batch. */
interface Share<L extends Lane, Item, Result> {
  readonly entry: Entry<L, Item, Result>;
  readonly start: number;
  readonly count: number;
}

/**
 * Merges the items of concurrent calls into bounded batches, without timers.
 *
 * Behaviour: calls wait in the order of their arrival. Whenever fewer than
 * `maxRunningBatches` run, the next batch is made of the oldest waiting call and
 * of all others of its lane behind it, oldest first, up to `maxBatchItems`; a
 * longer call is spread over several batches. A call's answer comes when its
 * last item is answered; a failed batch fails every call that has items in it.
 *
 * Bounds: a batch starts at once where one may run, so an idle queue adds no
 * delay, and a call waits for no more than the `maxQueueItems` before it. A
 * call that does not fit is UNAVAILABLE at once, never queued. An aborted call
 * is rejected at once; what of it waited leaves the queue, what runs is run
 * and thrown away.
 *
 * Use it in front of something that answers many items together more cheaply
 * than one by one. Do not use it where a slow lane must not hold up others
 * (there is one queue), nor to fill batches under sparse load (it never waits
 * for more).
 */
export class FifoBatcher<L extends Lane, Item, Result> implements Batcher<L, Item, Result> {
  readonly #run: RunBatch<L, Item, Result>;
  readonly #options: FifoBatcherOptions;
  #queue: Entry<L, Item, Result>[] = [];
  /** Items in `#queue` that no batch has taken. */
  #waiting = 0;
  #running = 0;
  #draining = false;
  #onDrained: (() => void)[] = [];

  constructor(run: RunBatch<L, Item, Result>, options: FifoBatcherOptions) {
    this.#run = run;
    this.#options = Object.freeze({ ...options });
  }

  submit(lane: L, items: readonly Item[], signal?: AbortSignal): Promise<readonly Result[]> {
    const refusal = this.#refusalOf(items.length, signal);
    if (refusal !== undefined) return Promise.reject(refusal);
    if (items.length === 0) return Promise.resolve([]);
    return new Promise<readonly Result[]>((resolve, reject) => {
      const entry: Entry<L, Item, Result> = {
        lane,
        items,
        results: new Array<Result>(items.length),
        taken: 0,
        missing: items.length,
        settled: false,
        resolve,
        reject,
        detach: () => signal?.removeEventListener('abort', onAbort),
      };
      const onAbort = () => this.#fail(entry, abortError(signal as AbortSignal));
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(entry);
      this.#waiting += items.length;
      this.#pump();
    });
  }

  drain(): Promise<void> {
    this.#draining = true;
    return new Promise((resolve) => {
      this.#onDrained.push(resolve);
      this.#reportIfDrained();
    });
  }

  #refusalOf(count: number, signal: AbortSignal | undefined): PredictorError | undefined {
    const { maxQueueItems } = this.#options;
    if (signal?.aborted) return abortError(signal);
    if (this.#draining) return new PredictorError(Code.Unavailable, 'the server is shutting down');
    if (count > maxQueueItems) {
      return new PredictorError(
        Code.ResourceExhausted,
        `the call has ${count} programs; the queue holds ${maxQueueItems}: split the call`,
      );
    }
    if (this.#waiting + count <= maxQueueItems) return undefined;
    return new PredictorError(
      Code.Unavailable,
      `the queue is full: ${this.#waiting} programs wait and ${count} more exceed ${maxQueueItems}; try again later`,
    );
  }

  #pump(): void {
    while (this.#running < this.#options.maxRunningBatches && this.#queue.length > 0) {
      const shares = this.#takeBatch();
      this.#running += 1;
      void this.#runBatch(shares).finally(() => {
        this.#running -= 1;
        this.#pump();
        this.#reportIfDrained();
      });
    }
  }

  #takeBatch(): Share<L, Item, Result>[] {
    const shares: Share<L, Item, Result>[] = [];
    const key = this.#queue[0]?.lane.key;
    let room = this.#options.maxBatchItems;
    for (const entry of this.#queue) {
      if (room === 0) break;
      if (entry.lane.key !== key) continue;
      const count = Math.min(room, entry.items.length - entry.taken);
      shares.push({ entry, start: entry.taken, count });
      entry.taken += count;
      this.#waiting -= count;
      room -= count;
    }
    this.#queue = this.#queue.filter((entry) => entry.taken < entry.items.length);
    return shares;
  }

  async #runBatch(shares: readonly Share<L, Item, Result>[]): Promise<void> {
    const lane = (shares[0] as Share<L, Item, Result>).entry.lane;
    const items = shares.flatMap(({ entry, start, count }) =>
      entry.items.slice(start, start + count),
    );
    try {
      const results = await this.#run(lane, items);
      if (results.length !== items.length) {
        throw internalError(`a batch of ${items.length} programs got ${results.length} answers`);
      }
      let next = 0;
      for (const { entry, start, count } of shares) {
        for (let i = 0; i < count; i += 1) entry.results[start + i] = results[next++] as Result;
        this.#settleShare(entry, count);
      }
    } catch (thrown) {
      for (const { entry } of shares) this.#fail(entry, thrown);
    }
  }

  #settleShare(entry: Entry<L, Item, Result>, count: number): void {
    entry.missing -= count;
    if (entry.missing > 0 || entry.settled) return;
    entry.settled = true;
    entry.detach();
    entry.resolve(entry.results);
  }

  #fail(entry: Entry<L, Item, Result>, error: unknown): void {
    if (entry.settled) return;
    entry.settled = true;
    entry.detach();
    if (entry.taken < entry.items.length) {
      this.#waiting -= entry.items.length - entry.taken;
      this.#queue = this.#queue.filter((other) => other !== entry);
    }
    entry.reject(error);
    this.#reportIfDrained();
  }

  #reportIfDrained(): void {
    if (!this.#draining || this.#running > 0 || this.#queue.length > 0) return;
    for (const report of this.#onDrained.splice(0)) report();
  }
}
