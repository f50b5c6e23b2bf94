import { createRng } from '../../src/base';
import { Code } from '../../src/errors';
import { taskSamplers } from '../../src/sampling';
import { chooseSample, type SampleRequest } from '../../src/study/sample';
import { sampleCandidates } from '../../src/study/sample-candidates';
import { expectError } from '../support/expect-error';
import { type SampleTask, sampleCorpus } from './sample-corpus';

const rng = createRng(1);
const tasks = Array.from(
  { length: 20 },
  (_, t): SampleTask => ({
    computation: `computation-${String(t).padStart(2, '0')}`,
    deviceName: 'k80',
    family: t % 4 === 0 ? 'pooling' : 'dense',
    programs: Array.from({ length: 10 + t }, () => [t + rng.next(), 0.5, 2 * t + rng.next(), 0.5]),
  }),
);

const request: SampleRequest = {
  taskSampler: 'variance',
  programSampler: 'latency',
  budget: { tasks: 4 },
  shareOfPrograms: 0.1,
  seed: 1,
};

const choose = (overrides: Partial<SampleRequest> = {}, of = sampleCorpus(tasks)) =>
  chooseSample(of, sampleCandidates(of), { ...request, ...overrides });

describe.each(taskSamplers)('chooseSample(%s)', (taskSampler) => {
  it('should choose tasks and programs within the budget, the same again', () => {
    const chosen = choose({ taskSampler });
    expect(new Set(chosen.map(({ candidate }) => candidate)).size).toBe(4);
    const corpus = sampleCorpus(tasks);
    for (const { candidate, entries } of chosen) {
      const { length } = sampleCandidates(corpus)[candidate]?.entries ?? [];
      expect(entries).toHaveLength(Math.round(length / 10));
      expect(new Set(entries).size).toBe(entries.length);
      expect(entries.every((entry) => corpus.entries[entry]?.taskIndex === candidate)).toBe(true);
    }
    expect(choose({ taskSampler })).toEqual(chosen);
  });

  it('should not look at labels', () => {
    expect(choose({ taskSampler }, sampleCorpus(tasks, 7))).toEqual(choose({ taskSampler }));
  });
});

describe('chooseSample', () => {
  it('should take a share of the tasks, and at least one program', () => {
    expect(choose({ budget: { shareOfTasks: 0.2 } })).toHaveLength(4);
    expect(choose({ budget: { shareOfTasks: 0.001 } })).toHaveLength(1);
    expect(choose({ shareOfPrograms: 0.001 })[0]?.entries).toHaveLength(1);
    expect(
      choose({ shareOfPrograms: 1, budget: { tasks: 99 } }).flatMap((one) => one.entries),
    ).toHaveLength(sampleCorpus(tasks).entries.length);
  });

  it('should begin where no other device has been', () => {
    const halves = Array.from(
      { length: 12 },
      (_, t): SampleTask => ({
        computation: `computation-${String(t).padStart(2, '0')}`,
        deviceName: 'k80',
        programs: Array.from({ length: 8 }, () => [1000 * (t % 2) + rng.next(), 1]),
      }),
    );
    for (const unseen of [0, 1]) {
      const elsewhere = halves
        .filter((_, t) => t % 2 !== unseen)
        .map((task) => ({ ...task, deviceName: 'v100' }));
      const corpus = sampleCorpus([...halves, ...elsewhere]);
      const candidates = sampleCandidates(corpus, { deviceName: 'k80' });
      const [first] = chooseSample(corpus, candidates, { ...request, budget: { tasks: 1 } });
      expect((first?.candidate ?? -1) % 2).toBe(unseen);
    }
  });

  it('should look at programs as it is told to', () => {
    let looked = 0;
    const view = (examples: readonly unknown[]) => {
      looked += examples.length;
      return {
        points: new Float32Array(examples.length),
        width: 1,
        predictedSeconds: new Float64Array(examples.length).fill(1),
        deviations: Float64Array.from(examples, () => 0.5),
      };
    };
    expect(choose({ view, programSampler: 'random' })).toHaveLength(4);
    expect(looked).toBeGreaterThan(sampleCorpus(tasks).entries.length);
  });

  it('should refuse shares that are none, and an empty store', async () => {
    await expectError(
      () => choose({ shareOfPrograms: 0 }),
      Code.InvalidArgument,
      /shareOfPrograms: 0/,
    );
    await expectError(
      () => choose({ budget: { shareOfTasks: 1.1 } }),
      Code.InvalidArgument,
      /shareOfTasks: 1\.1/,
    );
    await expectError(() => choose({ budget: { tasks: 0 } }), Code.InvalidArgument, /budget: 0/);
    await expectError(
      () => choose({}, sampleCorpus([])),
      Code.FailedPrecondition,
      /no readable program/,
    );
  });
});
