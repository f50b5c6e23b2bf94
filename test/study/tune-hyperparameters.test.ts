import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Code, PredictorError } from '../../src/errors';
import { openStudy, type Parameter, type Study } from '../../src/hyperparameters';
import {
  firstPoints,
  type Objective,
  type TuningProgress,
  tuneHyperparameters,
} from '../../src/study';
import { expectError } from '../support/expect-error';
import { useTemporaryFolder } from '../support/temporary-folder';

const python = join(__dirname, '..', '..', '.venv', 'bin', 'python');
const space: readonly Parameter[] = [
  { name: 'model.x', kind: 'float', low: -4, high: 4, scale: 'linear' },
  { name: 'rate', kind: 'float', low: 1e-4, high: 1, scale: 'logarithmic' },
];
const settings = { model: { x: 3, y: 7 }, rate: 1e-4 };

interface Settings {
  readonly model: { readonly x: number; readonly y: number };
  readonly rate: number;
}

/** Least where x is 1 and the rate a hundredth. */
function bowl(given: unknown): number {
  const { model, rate } = given as Settings;
  expect(model.y).toBe(7);
  return (model.x - 1) ** 2 + (Math.log10(rate) + 2) ** 2;
}

/** Comes down to its value in four looks. */
const training: Objective = async (given, report, signal) => {
  const value = bowl(given);
  for (let look = 0; look < 4; look++) {
    report(look, value * (4 - look));
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (signal.aborted) throw new PredictorError(Code.Cancelled, 'stopped');
  }
  return value;
};

describe('tuneHyperparameters()', () => {
  const folder = useTemporaryFolder();
  let study: Study | undefined;

  async function open(seed = 1): Promise<Study> {
    await study?.close();
    const place = { python, file: join(folder.path, 'study.sqlite') };
    const first = firstPoints(settings, space);
    const pruning = { startupTrials: 4, warmUpLooks: 0 };
    study = await openStudy(place, { space, about: {}, seed, first, pruning });
    return study;
  }

  afterEach(async () => {
    await study?.close();
    study = undefined;
  });

  it('should come near the least, and tell the settings there', async () => {
    const seen: TuningProgress[] = [];
    const result = await tuneHyperparameters({
      study: await open(),
      space,
      settings,
      trials: 40,
      objective: training,
      onProgress: (progress) => seen.push(progress),
    });
    const first = bowl(settings);
    expect(first).toBe((3 - 1) ** 2 + (-4 + 2) ** 2);
    expect(result.best.value).toBeLessThan(first / 10);
    expect(bowl(result.settings)).toBe(result.best.value);
    expect(result.trials).toHaveLength(40);
    // The first point is what the search began with.
    expect(result.trials[0]).toMatchObject({ value: first, state: 'complete' });
    expect(result.trials.filter(({ state }) => state === 'pruned').length).toBeGreaterThan(3);
    const ends = seen.filter(({ state }) => state !== 'running');
    expect(ends.map(({ finished }) => finished)).toEqual(
      Array.from({ length: 40 }, (_, i) => i + 1),
    );
    const bests = ends.map(({ best }) => best?.value ?? Number.POSITIVE_INFINITY);
    expect(bests).toEqual([...bests].sort((a, b) => b - a));
  });

  it('should do nothing where the study has its trials', async () => {
    const request = { space, settings, trials: 3, objective: training };
    const { best } = await tuneHyperparameters({ study: await open(), ...request });
    const objective = () => Promise.reject(new Error('asked for a trial'));
    const again = await tuneHyperparameters({ study: await open(), ...request, objective });
    expect(again.best).toEqual(best);
  });

  it('should go on where it was stopped', async () => {
    const controller = new AbortController();
    const points: unknown[] = [];
    const stopping: Objective = (given, report, signal) => {
      points.push(given);
      if (points.length === 3) controller.abort();
      return training(given, report, signal);
    };
    const request = { space, settings, trials: 5 };
    await expectError(
      async () =>
        tuneHyperparameters({
          ...request,
          study: await open(),
          objective: stopping,
          signal: controller.signal,
        }),
      Code.Cancelled,
      /^stopped after 2 of 5 trials; the same command goes on from there$/,
    );
    const rest: unknown[] = [];
    const { trials } = await tuneHyperparameters({
      ...request,
      study: await open(),
      objective: (given, report, signal) => {
        rest.push(given);
        return training(given, report, signal);
      },
    });
    // The third was not told: it is run again first.
    expect(rest).toHaveLength(3);
    expect(rest[0]).toEqual(points[2]);
    expect(trials).toHaveLength(5);
  });

  it('should go on after a kill', async () => {
    const file = join(folder.path, 'study.sqlite');
    const child = fork(join(__dirname, '..', 'support', 'tuning-process.js'), [python, file], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [third] = (await once(child, 'message')) as [{ point: Record<string, number> }];
    child.kill('SIGKILL');
    await once(child, 'exit');
    const asked: unknown[] = [];
    const { trials } = await tuneHyperparameters({
      study: await openWhenFree(() => open()),
      space,
      settings,
      trials: 4,
      objective: (given, report, signal) => {
        asked.push(given);
        return training(given, report, signal);
      },
    });
    expect(asked).toHaveLength(2);
    expect(asked[0]).toEqual({
      model: { x: third.point['model.x'], y: 7 },
      rate: third.point.rate,
    });
    expect(trials).toHaveLength(4);
  });

  it('should count a training that diverged as bad, not as a failure', async () => {
    let count = 0;
    const objective: Objective = async (given, report) => {
      if (count++ % 2 === 0) throw new PredictorError(Code.Aborted, 'diverged');
      report(0, Number.NaN);
      return bowl(given);
    };
    const result = await tuneHyperparameters({
      study: await open(),
      space,
      settings,
      trials: 4,
      objective,
    });
    expect(result.trials.map(({ state, value }) => [state, value === undefined])).toEqual([
      ['pruned', true],
      ['complete', false],
      ['pruned', true],
      ['complete', false],
    ]);
  });

  it('should say so where every training diverged', async () => {
    const objective = () => Promise.reject(new PredictorError(Code.Aborted, 'diverged'));
    await expectError(
      async () =>
        tuneHyperparameters({ study: await open(), space, settings, trials: 2, objective }),
      Code.FailedPrecondition,
      /^none of 2 trials ran to its end/,
    );
  });

  it('should pass on what a training fails with', async () => {
    const objective = () => Promise.reject(new PredictorError(Code.DataLoss, 'a bad sector'));
    await expectError(
      async () =>
        tuneHyperparameters({ study: await open(), space, settings, trials: 2, objective }),
      Code.DataLoss,
      /^a bad sector$/,
    );
  });
});

describe('firstPoints()', () => {
  it('should give none where the settings are outside of the space', () => {
    expect(firstPoints({ ...settings, rate: 2 }, space)).toEqual([]);
    expect(firstPoints(settings, space)).toEqual([{ 'model.x': 3, rate: 1e-4 }]);
  });
});

/** The killed process's child sees the end of its input a moment later. */
async function openWhenFree(open: () => Promise<Study>): Promise<Study> {
  for (;;) {
    try {
      return await open();
    } catch (thrown) {
      if (!PredictorError.from(thrown).rawMessage.includes('in use')) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
