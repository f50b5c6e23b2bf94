/** In a box, because a promise in a promise is one promise. */
interface Begun<Result> {
  readonly result: Promise<Result>;
}

/**
 * Works on items as they come, on at most `limit` of them at once, and yields
 * the results in the order of the items. What an item or its work fails with is
 * thrown in its place: after the results of all items before it.
 *
 * Bounds: an item counts from when it is asked for until its result is taken, so
 * that no more than `limit` are held, however slow the reader of the results.
 */
export async function* mapAhead<Item, Result>(
  items: AsyncIterable<Item>,
  limit: number,
  work: (item: Item, index: number) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  const underWay: Promise<Result>[] = [];
  let reading: Promise<Begun<Result> | undefined> | undefined;
  let index = 0;
  let ended = false;
  /** The next item's work, begun; undefined after the last item. Never rejects. */
  const begin = async (): Promise<Begun<Result> | undefined> => {
    try {
      const { done, value } = await iterator.next();
      return done === true ? undefined : { result: handled(work(value, index++)) };
    } catch (thrown) {
      ended = true;
      return { result: handled(Promise.reject(thrown)) };
    }
  };
  try {
    for (;;) {
      if (!ended && underWay.length < limit) reading ??= begin();
      const [oldest] = underWay;
      if (reading === undefined && oldest === undefined) return;
      const done = () => 'oldest-done' as const;
      const event = await Promise.race([
        ...(reading === undefined ? [] : [reading]),
        ...(oldest === undefined ? [] : [oldest.then(done, done)]),
      ]);
      if (event === 'oldest-done') {
        yield await (underWay.shift() as Promise<Result>);
      } else {
        reading = undefined;
        if (event === undefined) ended = true;
        else underWay.push(event.result);
      }
    }
  } finally {
    // Not awaited: it would wait for the read under way, which may never end.
    iterator.return?.().then(undefined, () => undefined);
  }
}

/** The promise itself; a failure that nobody comes to ask for is not reported as unhandled. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
