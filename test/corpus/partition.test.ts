import {
  BY_SAMPLE_SHARES,
  type Corpus,
  noiseFloors,
  type Partition,
  partitionBySample,
  partitionBySplit,
} from '../../src/corpus';
import { Code } from '../../src/errors';
import type { Block, Split } from '../../src/splits';
import { expectError } from '../support/expect-error';
import { sampleCorpus } from './sample-corpus';

let corpus: Corpus;
beforeAll(async () => {
  corpus = await sampleCorpus(200);
});

const computationOf = (index: number): string =>
  corpus.tasks[corpus.entries[index]?.taskIndex as number]?.computation as string;
const deviceOf = (index: number): string =>
  corpus.tasks[corpus.entries[index]?.taskIndex as number]?.deviceName as string;
const block = (computations: readonly string[], devices: Block['devices'] = 'all'): Block => ({
  devices,
  computations,
});
const sidesOf = ({ train, validation, test, adaptation }: Partition) => [
  ...train,
  ...validation,
  ...test,
  ...adaptation,
];

describe('partitionBySplit', () => {
  /** The computations of tasks on both devices, and the one of the network. */
  function computations(): { both: readonly string[]; single: string } {
    const counts = new Map<string, number>();
    for (const { computation } of corpus.tasks) {
      counts.set(computation, (counts.get(computation) ?? 0) + 1);
    }
    const both = [...counts].filter(([, count]) => count === 2).map(([hash]) => hash);
    const single = [...counts].find(([, count]) => count === 1)?.[0] as string;
    return { both, single };
  }

  it('should put all programs of a computation on its side, on every device', () => {
    const { both, single } = computations();
    const [a, b] = both as [string, string];
    const split: Split = {
      name: 'fold',
      train: block([a]),
      validation: block([single]),
      test: block([b]),
      leftOut: [],
    };
    const { train, validation, test, adaptation } = partitionBySplit(corpus, split);
    expect([train, validation, test, adaptation].map((side) => side.length)).toEqual([
      400, 200, 400, 0,
    ]);
    expect(new Set(train.map(computationOf))).toEqual(new Set([a]));
    expect(new Set(test.map(computationOf))).toEqual(new Set([b]));
    expect(new Set(test.map(deviceOf))).toEqual(new Set(['one', 'two']));
    expect(test).toEqual([...test].sort((x, y) => x - y));
  });

  it('should keep off what is left out or unknown to the split', () => {
    const { both, single } = computations();
    const [a, b] = both as [string, string];
    const split: Split = {
      name: 'fold',
      train: block([a], ['one']),
      validation: block([]),
      test: block([b], ['two']),
      leftOut: [{ ...block([single]), reason: 'none' }],
    };
    const partition = partitionBySplit(corpus, split);
    expect(sidesOf(partition)).toHaveLength(400);
    expect(new Set(partition.train.map(deviceOf))).toEqual(new Set(['one']));
    expect(new Set(partition.test.map(deviceOf))).toEqual(new Set(['two']));
  });

  it('should adapt to a share of the programs, always the same', () => {
    const { both } = computations();
    const [a, b] = both as [string, string];
    const split: Split = {
      name: 'few-shot',
      train: block([a], ['one']),
      validation: block([]),
      test: block([b], ['two']),
      adaptation: { ...block([a], ['two']), recordShare: 0.3, seed: 5 },
      leftOut: [],
    };
    const { adaptation, test } = partitionBySplit(corpus, split);
    // 200 draws with 0.3 each: 60, give or take 6.5.
    expect(adaptation.length).toBeGreaterThan(30);
    expect(adaptation.length).toBeLessThan(90);
    expect(new Set(adaptation.map(computationOf))).toEqual(new Set([a]));
    expect(new Set(adaptation.map(deviceOf))).toEqual(new Set(['two']));
    expect(test).toHaveLength(200);
    expect(partitionBySplit(corpus, split).adaptation).toEqual(adaptation);
  });
});

describe('partitionBySample', () => {
  it('should put every program on one side, by the shares', () => {
    const { train, validation, test, adaptation } = partitionBySample(corpus, {
      seed: 1,
      ...BY_SAMPLE_SHARES,
    });
    const all = [...train, ...validation, ...test].sort((a, b) => a - b);
    expect(all).toEqual(corpus.entries.map((_, index) => index));
    expect(adaptation).toEqual([]);
    expect(test.length / 1000).toBeCloseTo(0.2, 1);
    expect(validation.length / 1000).toBeCloseTo(0.8 * 0.1, 1);
    // Of every task something is tested: by sample, not by task.
    expect(new Set(test.map((index) => corpus.entries[index]?.taskIndex)).size).toBe(5);
  });

  it('should hang on the seed and the program alone', async () => {
    const options = { seed: 1, ...BY_SAMPLE_SHARES };
    const keysOf = (of: Corpus, indices: readonly number[]) =>
      indices.map((index) => {
        const { taskIndex, programHash } = of.entries[index] as Corpus['entries'][number];
        return `${of.tasks[taskIndex]?.task.id} ${programHash}`;
      });
    const { test } = partitionBySample(corpus, options);
    expect(partitionBySample(corpus, options).test).toEqual(test);
    expect(partitionBySample(corpus, { ...options, seed: 2 }).test).not.toEqual(test);
    const larger = await sampleCorpus(300);
    const grown = new Set(keysOf(larger, partitionBySample(larger, options).test));
    for (const key of keysOf(corpus, test)) expect(grown).toContain(key);
  });

  it('should look at the devices that are named alone', () => {
    const partition = partitionBySample(corpus, {
      seed: 1,
      ...BY_SAMPLE_SHARES,
      devices: ['two'],
    });
    expect(sidesOf(partition)).toHaveLength(400);
    expect(new Set(sidesOf(partition).map(deviceOf))).toEqual(new Set(['two']));
  });

  it('should refuse shares that leave nothing', async () => {
    for (const testShare of [0, 1, Number.NaN]) {
      await expectError(
        () => partitionBySample(corpus, { seed: 1, testShare, validationShare: 0 }),
        Code.InvalidArgument,
        /testShare is .*; it must be above 0 and below 1/,
      );
    }
    await expectError(
      () => partitionBySample(corpus, { seed: 1, testShare: 0.2, validationShare: 1 }),
      Code.InvalidArgument,
      /validationShare is 1; it must be at least 0 and below 1/,
    );
  });
});

describe('noiseFloors', () => {
  it('should be the median over the repeated programs of each device', () => {
    const spreads = new Map([
      ['one', [0.02, undefined, 0.1, 0.04, 0.06]],
      ['two', [undefined]],
    ]);
    const entries = [...spreads].flatMap(([device, values]) =>
      values.map((repetitionSpread) => ({
        ...(corpus.entries[0] as Corpus['entries'][number]),
        taskIndex: corpus.tasks.findIndex((task) => task.deviceName === device),
        repetitionSpread,
      })),
    );
    const floors = noiseFloors({ ...corpus, entries });
    expect([...floors.keys()]).toEqual(['one']);
    expect(floors.get('one')?.pairs).toBe(4);
    expect(floors.get('one')?.medianPercent).toBeCloseTo((4 + 6) / 2, 12);
  });
});
