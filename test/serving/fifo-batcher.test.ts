import { Code, PredictorError } from '../../src/errors';
import type { Lane } from '../../src/serving/batcher';
import { FifoBatcher } from '../../src/serving/fifo-batcher';
import { batcherContract } from '../contracts/batcher.contract';
import { expectError } from '../support/expect-error';
import { PuppetBatcher } from '../support/puppet-batcher';

interface RunningBatch {
  readonly key: string;
  readonly items: readonly number[];
  succeed(): void;
  fail(error: Error): void;
}

/** A batcher whose batches run until the test ends them. */
function createSubject(options: {
  maxBatchItems: number;
  maxQueueItems: number;
  maxRunningBatches: number;
}) {
  const started: RunningBatch[] = [];
  const run = ({ key }: Lane, items: readonly number[]): Promise<readonly number[]> =>
    new Promise((resolve, reject) => {
      const succeed = () => resolve(items.map((item) => 10 * item));
      started.push({ key, items, succeed, fail: reject });
    });
  const batcher = new FifoBatcher<Lane, number, number>(run, options);
  /** Ends the batch that was started as number `index`. */
  const finish = async (index: number): Promise<void> => {
    started[index]?.succeed();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { batcher, started, finish };
}

const x: Lane = { key: 'x' };
const y: Lane = { key: 'y' };
const oneByOne = { maxBatchItems: 4, maxQueueItems: 8, maxRunningBatches: 1 };
const shapes = (started: readonly RunningBatch[]) => started.map(({ key, items }) => [key, items]);

describe('FifoBatcher', () => {
  batcherContract((run) => ({
    batcher: new FifoBatcher(run, { maxBatchItems: 2, maxQueueItems: 64, maxRunningBatches: 2 }),
  }));

  it('should start a batch at once where one may run', () => {
    const { batcher, started } = createSubject(oneByOne);
    void batcher.submit(x, [1]);
    expect(shapes(started)).toEqual([['x', [1]]]);
  });

  it('should merge the calls of one lane that wait, and keep others apart in their order', async () => {
    const { batcher, started, finish } = createSubject(oneByOne);
    const answers = [[1], [2], [3], [4]].map((items, i) => batcher.submit(i === 1 ? y : x, items));
    await finish(0);
    await finish(1);
    await finish(2);
    expect(shapes(started)).toEqual([
      ['x', [1]],
      ['y', [2]],
      ['x', [3, 4]],
    ]);
    expect(await Promise.all(answers)).toEqual([[10], [20], [30], [40]]);
  });

  it('should spread a call over batches, and fill the last with the next call', async () => {
    const { batcher, started, finish } = createSubject(oneByOne);
    const long = batcher.submit(x, [1, 2, 3, 4, 5, 6]);
    const short = batcher.submit(x, [7, 8, 9]);
    await finish(0);
    await finish(1);
    expect(await long).toEqual([10, 20, 30, 40, 50, 60]);
    await finish(2);
    expect(await short).toEqual([70, 80, 90]);
    expect(started.map(({ items }) => items)).toEqual([[1, 2, 3, 4], [5, 6, 7, 8], [9]]);
  });

  it('should run as many batches at once as allowed, and no more', async () => {
    const { batcher, started, finish } = createSubject({ ...oneByOne, maxRunningBatches: 2 });
    const answers = [1, 2, 3].map((item) => batcher.submit({ key: `lane-${item}` }, [item]));
    expect(started).toHaveLength(2);
    await finish(1);
    expect(started).toHaveLength(3);
    await finish(0);
    await finish(2);
    expect(await Promise.all(answers)).toEqual([[10], [20], [30]]);
  });

  it('should refuse at once what the queue cannot take, and take it once there is room', async () => {
    const { batcher, finish } = createSubject(oneByOne);
    const running = batcher.submit(x, [0]);
    const waiting = batcher.submit(x, [1, 2, 3, 4, 5]);
    await expectError(
      () => batcher.submit(x, [6, 7, 8, 9]),
      Code.Unavailable,
      /full: 5 programs wait and 4 more exceed 8/,
    );
    const fits = batcher.submit(x, [6, 7, 8]);
    for (const index of [0, 1, 2]) await finish(index);
    expect(await Promise.all([running, waiting, fits])).toEqual([
      [0],
      [10, 20, 30, 40, 50],
      [60, 70, 80],
    ]);
  });

  it('should refuse for good what no queue could take', async () => {
    const { batcher } = createSubject(oneByOne);
    const items = Array.from({ length: 9 }, (_, i) => i);
    await expectError(
      () => batcher.submit(x, items),
      Code.ResourceExhausted,
      /9 programs.*holds 8/,
    );
  });

  it('should answer an empty call without a batch', async () => {
    const { batcher, started } = createSubject(oneByOne);
    expect(await batcher.submit(x, [])).toEqual([]);
    expect(started).toHaveLength(0);
  });

  describe('with a signal', () => {
    it('should remove a call that waits, and give its room back', async () => {
      const { batcher, started, finish } = createSubject(oneByOne);
      const running = batcher.submit(x, [0]);
      const controller = new AbortController();
      const aborted = batcher.submit(x, [1, 2, 3, 4, 5, 6, 7, 8], controller.signal);
      controller.abort();
      await expectError(() => aborted, Code.Cancelled, /abort/);
      const next = batcher.submit(x, [9, 9, 9, 9, 9, 9, 9, 9]);
      for (const index of [0, 1, 2]) await finish(index);
      await Promise.all([running, next]);
      expect(started.flatMap(({ items }) => items)).toEqual([0, 9, 9, 9, 9, 9, 9, 9, 9]);
    });

    it('should answer at once with the reason, even while the call runs', async () => {
      const { batcher, started, finish } = createSubject(oneByOne);
      const controller = new AbortController();
      const aborted = batcher.submit(x, [1, 2, 3, 4, 5], controller.signal);
      const behind = batcher.submit(x, [6]);
      controller.abort(new PredictorError(Code.DeadlineExceeded, 'too late'));
      await expectError(() => aborted, Code.DeadlineExceeded, /too late/);
      await finish(0);
      await finish(1);
      expect(await behind).toEqual([60]);
      // The fifth item waited: it left the queue and was never run.
      expect(started.map(({ items }) => items)).toEqual([[1, 2, 3, 4], [6]]);
    });

    it('should not begin a call that is aborted already', async () => {
      const { batcher, started } = createSubject(oneByOne);
      const expired = AbortSignal.abort(new DOMException('time is up', 'TimeoutError'));
      await expectError(() => batcher.submit(x, [1], expired), Code.DeadlineExceeded, /time is up/);
      expect(started).toHaveLength(0);
    });
  });

  it('should fail the calls of a failed batch, and only those', async () => {
    const { batcher, started, finish } = createSubject(oneByOne);
    const spread = batcher.submit(x, [1, 2, 3, 4, 5]);
    const other = batcher.submit(y, [6]);
    started[0]?.fail(new Error('broken'));
    await expect(spread).rejects.toThrow('broken');
    await finish(1);
    expect(await other).toEqual([60]);
    expect(started.map(({ items }) => items)).toEqual([[1, 2, 3, 4], [6]]);
  });

  it('should fail a batch that got too few answers', async () => {
    const options = { maxBatchItems: 4, maxQueueItems: 8, maxRunningBatches: 1 };
    const batcher = new FifoBatcher<Lane, number, number>(async () => [1], options);
    await expectError(() => batcher.submit(x, [1, 2]), Code.Internal, /2 programs got 1 answers/);
  });

  it('should refuse calls while it drains, and finish those that wait', async () => {
    const { batcher, finish } = createSubject(oneByOne);
    const answers = Promise.all([batcher.submit(x, [1]), batcher.submit(y, [2])]);
    const drained = batcher.drain();
    await expectError(() => batcher.submit(x, [3]), Code.Unavailable, /shutting down/);
    await finish(0);
    await finish(1);
    await drained;
    expect(await answers).toEqual([[10], [20]]);
  });
});

describe('PuppetBatcher', () => {
  batcherContract((run) => {
    const batcher = new PuppetBatcher(run);
    return { batcher, crank: () => batcher.process(batcher.waiting.length) };
  });
});
