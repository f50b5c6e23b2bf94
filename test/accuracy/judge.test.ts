import type { Comparison } from '../../src/accuracy/jobs';
import type { Outcomes } from '../../src/accuracy/judge';
import { judgeAll, type Verdict } from '../../src/accuracy/judge-all';
import type { ManifestLine } from '../../src/accuracy/manifest';
import { parseProtocolFile } from '../../src/accuracy/protocol-file';
import { Code } from '../../src/errors';
import { expectError } from '../support/expect-error';

const TASKS = ['a', 'b', 'c'];
const PROGRAMS = 6;

const file = parseProtocolFile(
  'test.json',
  JSON.stringify({
    leastRecordsForRank: PROGRAMS,
    splitSeed: 1,
    samplerGain: { protocol: 'few', other: 'random' },
    protocols: [
      {
        name: 'plain',
        dataset: 'd',
        kind: 'by-sample',
        seeds: [1, 2],
        testShare: 0.2,
        validationShare: 0.1,
      },
      {
        name: 'few',
        dataset: 'd',
        kind: 'few-shot',
        seeds: [1],
        split: 'device-transfer',
        device: 'k80',
        sourceSeeds: [1],
        taskShare: 0.2,
        recordShare: 0.1,
        samplers: ['best', 'random'].map((name) => {
          return { name, tasks: 'random', programs: 'seeded', view: 'features' };
        }),
        validationShare: 0,
        adaptationValidationShare: 0,
      },
    ],
    figures: [
      { key: 'plain_mape', protocol: 'plain', metric: 'mape' },
      { key: 'plain_pairwise', protocol: 'plain', metric: 'pairwise' },
      { key: 'few_mape', protocol: 'few', metric: 'mape' },
      { key: 'few_absent_mape', protocol: 'few', metric: 'mape', subset: 'absent-elsewhere' },
      { key: 'few_before_mape', protocol: 'few', metric: 'mape', stage: 'source' },
    ],
  }),
);

/** Three tasks of six programs of 1 to 6 ms, and one of two programs; `tested` are judged. */
function linesOf(tested: readonly string[]): readonly ManifestLine[] {
  return [...TASKS, 'small'].flatMap((taskId, task) =>
    Array.from({ length: taskId === 'small' ? 2 : PROGRAMS }, (_, number) => ({
      sequence: 100 * task + number + 1,
      taskId,
      device: 'k80',
      latencySeconds: 1e-3 * (number + 1),
      side: tested.includes(taskId) ? ('test' as const) : ('adaptation' as const),
      isElsewhere: taskId !== 'c',
    })),
  );
}

const all = [...TASKS, 'small'];
const manifests: Readonly<Record<string, readonly string[]>> = {
  plain: all,
  best: ['a', 'b', 'small'],
  random: ['b', 'c', 'small'],
};

/** Job → predicted over measured; `reversed`: in the wrong order too. */
const factors: Readonly<Record<string, (taskId: string) => number>> = {
  'plain/ours-1': () => 1.1,
  'plain/ours-2': () => 1.3,
  'few/source': () => 2,
  'few/best/ours': (taskId) => (taskId === 'b' ? 1.2 : 1.5),
  'few/random/ours': () => 1.4,
};

const outcomes: Outcomes = {
  manifest: async (name) => ({
    head: { protocol: '', fold: '', about: {} },
    lines: linesOf(manifests[name] as readonly string[]),
  }),
  predictions: async (job) =>
    new Map(
      linesOf(all).map(({ sequence, taskId, latencySeconds }) => {
        const factor = factors[job];
        const seconds =
          factor === undefined ? 1e-5 / latencySeconds : factor(taskId) * latencySeconds;
        return [sequence, { sequence, seconds, deviation: 0 }];
      }),
    ),
  isComplete: ({ ours }) => ours !== 'missing',
};

const plain = (seed: number): Comparison => ({
  protocol: 'plain',
  fold: 'all',
  seed,
  stage: 'final',
  manifest: 'plain',
  ours: `plain/ours-${seed}`,
  rivals: ['plain/xgboost-rank', 'plain/xgboost-pooled'],
});
const few = (sampler: string, stage: 'source' | 'final'): Comparison => ({
  protocol: 'few',
  fold: 'k80',
  seed: 1,
  stage,
  sampler,
  manifest: sampler,
  ours: stage === 'source' ? 'few/source' : `few/${sampler}/ours`,
  rivals: [],
});
const comparisons = [
  plain(1),
  plain(2),
  few('best', 'source'),
  few('best', 'final'),
  few('random', 'source'),
  few('random', 'final'),
];
const options = { leastRecordsForRank: PROGRAMS, bootstrapSeed: 1, resamples: 200 };

describe('judgeAll()', () => {
  let verdict: Verdict;

  beforeAll(async () => {
    verdict = await judgeAll(file, comparisons, outcomes, options);
  });

  it('should average errors over seeds', () => {
    expect(verdict.figures.plain_mape).toBeCloseTo((10 + 30) / 2);
    expect(verdict.intervals.plain_mape?.[0]).toBeCloseTo(20);
  });

  it('should leave small tasks out of rank figures, and say how many', () => {
    const [judged] = verdict.protocols;
    expect(judged).toMatchObject({ protocol: 'plain', tasks: 4, leftOutOfRank: 1 });
    expect(judged?.programs).toBe(3 * PROGRAMS + 2);
    expect(verdict.figures.plain_pairwise).toBe(1);
  });

  it('should judge the rival by the same code, errors only where it tells latencies', () => {
    const arms = verdict.protocols[0]?.arms ?? [];
    expect(arms.map((arm) => arm.name)).toEqual(['ours', 'xgboost-rank', 'xgboost-pooled']);
    expect(arms[1]?.figures).toMatchObject({ mape: null, pairwise: { value: 0 } });
    expect(arms[2]?.figures.mape?.value).toBeGreaterThan(0);
  });

  it('should give the smallest gain by its lower bound', () => {
    expect(verdict.figures['pairwise_gain.plain.final']).toBe(1);
    expect(verdict.figures.pairwise_gain_min).toBe(1);
  });

  it('should judge few-shot figures on what the first sampler left, apart where it is new', () => {
    expect(verdict.figures.few_mape).toBeCloseTo((6 * 50 + 6 * 20 + 2 * 50) / 14);
    expect(verdict.figures.few_before_mape).toBeCloseTo(100);
    // The first sampler took the only task that no other device has.
    expect(verdict.missing).toEqual(['few_absent_mape']);
  });

  it('should compare samplers on what neither took', () => {
    const shared = (6 * 20 + 2 * 50) / 8;
    expect(verdict.figures.sampler_gain).toBeCloseTo(1 - shared / 40);
    expect(verdict.figures['sampler_gain.few.random']).toBe(verdict.figures.sampler_gain);
  });

  it('should name what cannot be told', async () => {
    const some = [{ ...plain(1), ours: 'missing' }, few('best', 'final')];
    const { figures, missing } = await judgeAll(file, some, outcomes, options);
    expect(Object.keys(figures)).toEqual(['few_mape']);
    expect(missing).toEqual([
      'plain_mape',
      'plain_pairwise',
      'few_absent_mape',
      'few_before_mape',
      'protocol plain',
    ]);
  });

  it('should refuse to judge what was not predicted', async () => {
    const without = { ...outcomes, predictions: async () => new Map() };
    await expectError(
      () => judgeAll(file, [plain(1)], without, options),
      Code.DataLoss,
      /job "plain\/ours-1" has no prediction of record 1/,
    );
  });
});
