import type { Batcher, Lane, RunBatch } from '../../src/serving/batcher';

export interface BatcherSubject {
  readonly batcher: Batcher<Lane, string, string>;
  /** Has everything that waits run; a batcher that runs by itself needs none. */
  readonly crank?: () => Promise<void>;
}

/** What every Batcher does, whatever it merges. */
export function batcherContract(
  create: (run: RunBatch<Lane, string, string>) => BatcherSubject,
): void {
  const lane = (key: string): Lane => ({ key });
  const shout: RunBatch<Lane, string, string> = async ({ key }, items) =>
    items.map((item) => `${key}:${item.toUpperCase()}`);

  it('should answer each item of each call, in order and under its lane', async () => {
    const { batcher, crank } = create(shout);
    const answers = Promise.all([
      batcher.submit(lane('x'), ['a', 'b', 'c']),
      batcher.submit(lane('y'), ['d']),
      batcher.submit(lane('x'), ['e', 'f']),
    ]);
    await crank?.();
    expect(await answers).toEqual([['x:A', 'x:B', 'x:C'], ['y:D'], ['x:E', 'x:F']]);
  });

  it('should hand on what a batch fails with, and go on', async () => {
    const { batcher, crank } = create(async ({ key }, items) => {
      if (key === 'bad') throw new Error('the batch failed');
      return items;
    });
    const bad = expect(batcher.submit(lane('bad'), ['a'])).rejects.toThrow('the batch failed');
    const good = expect(batcher.submit(lane('good'), ['b'])).resolves.toEqual(['b']);
    await crank?.();
    await bad;
    await good;
  });

  it('should be drained once the calls under way have their answers', async () => {
    const { batcher, crank } = create(shout);
    const order: string[] = [];
    const answered = batcher.submit(lane('x'), ['a']).then(() => order.push('answered'));
    const drained = batcher.drain().then(() => order.push('drained'));
    await crank?.();
    await Promise.all([answered, drained]);
    expect(order).toEqual(['answered', 'drained']);
  });
}
