/** What may be answered together: everything submitted under one key. */
export interface Lane {
  readonly key: string;
}

/** Merges the items of concurrent calls into batches; see `FifoBatcher` for the terms. */
export interface Batcher<L extends Lane, Item, Result> {
  /**
   * One result for each item, in order. UNAVAILABLE where the queue is full or
   * draining, RESOURCE_EXHAUSTED for more items than the queue ever holds, the
   * signal's reason once it is aborted, and whatever the batch failed with.
   */
  submit(lane: L, items: readonly Item[], signal?: AbortSignal): Promise<readonly Result[]>;
  /** Refuses new calls; resolves when every call under way has its answer. */
  drain(): Promise<void>;
}

/** Answers one batch: as many results as items, in order. */
export type RunBatch<L extends Lane, Item, Result> = (
  lane: L,
  items: readonly Item[],
) => Promise<readonly Result[]>;
