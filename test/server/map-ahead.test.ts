import { mapAhead } from '../../src/server/map-ahead';

/** A source that gives what it is told to, and work that ends when it is told to. */
function createBench<Item>(limit: number) {
  const waiting: { resolve(result: IteratorResult<Item>): void; reject(error: unknown): void }[] =
    [];
  const given: (() => void)[] = [];
  const working = new Map<Item, { resolve(result: string): void; reject(error: unknown): void }>();
  const serve = (action: (reader: (typeof waiting)[0]) => void): void => {
    given.push(() => action(waiting.shift() as (typeof waiting)[0]));
    if (waiting.length > 0) given.shift()?.();
  };
  const items: AsyncIterable<Item> = {
    [Symbol.asyncIterator]: () => ({
      next: () =>
        new Promise((resolve, reject) => {
          waiting.push({ resolve, reject });
          given.shift()?.();
        }),
    }),
  };
  return {
    results: mapAhead(
      items,
      limit,
      (item) => new Promise<string>((resolve, reject) => working.set(item, { resolve, reject })),
    ),
    working,
    give: (item: Item) => serve(({ resolve }) => resolve({ done: false, value: item })),
    end: () => serve(({ resolve }) => resolve({ done: true, value: undefined })),
    breakOff: (error: unknown) => serve(({ reject }) => reject(error)),
    get readers() {
      return waiting.length;
    },
  };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('mapAhead()', () => {
  it('should work on several items at once and yield in their order', async () => {
    const bench = createBench<number>(3);
    const first = bench.results.next();
    for (const item of [0, 1, 2, 3]) bench.give(item);
    await settle();
    expect([...bench.working.keys()]).toEqual([0, 1, 2]);
    bench.working.get(2)?.resolve('two');
    bench.working.get(1)?.resolve('one');
    await settle();
    expect([...bench.working.keys()]).toEqual([0, 1, 2]);
    bench.working.get(0)?.resolve('zero');
    expect((await first).value).toBe('zero');
    bench.end();
    expect((await bench.results.next()).value).toBe('one');
    expect((await bench.results.next()).value).toBe('two');
    await settle();
    bench.working.get(3)?.resolve('three');
    expect((await bench.results.next()).value).toBe('three');
    expect((await bench.results.next()).done).toBe(true);
  });

  it('should not read on while nobody takes what is there', async () => {
    const bench = createBench<number>(2);
    const first = bench.results.next();
    bench.give(0);
    await settle();
    bench.working.get(0)?.resolve('zero');
    expect((await first).value).toBe('zero');
    for (const item of [1, 2, 3]) bench.give(item);
    await settle();
    expect(bench.working.size).toBeLessThanOrEqual(2);
  });

  it('should yield a result while the next item lets wait for it', async () => {
    const bench = createBench<number>(4);
    const first = bench.results.next();
    bench.give(0);
    await settle();
    bench.working.get(0)?.resolve('zero');
    expect((await first).value).toBe('zero');
  });

  it.each(['work', 'source'])(
    'should throw a failure of the %s after what was before',
    async (where) => {
      const bench = createBench<number>(4);
      const first = bench.results.next();
      bench.give(0);
      if (where === 'work') bench.give(1);
      else bench.breakOff(new Error('broken'));
      await settle();
      bench.working.get(1)?.reject(new Error('broken'));
      await settle();
      bench.working.get(0)?.resolve('zero');
      expect((await first).value).toBe('zero');
      await expect(bench.results.next()).rejects.toThrow('broken');
      expect((await bench.results.next()).done).toBe(true);
    },
  );

  it('should end with a failure though the source says no more', async () => {
    const bench = createBench<number>(4);
    const first = bench.results.next();
    bench.give(0);
    await settle();
    expect(bench.readers).toBe(1);
    bench.working.get(0)?.reject(new Error('broken'));
    await expect(first).rejects.toThrow('broken');
  });
});
