import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from '../../src/errors';
import {
  openStudy,
  type Parameter,
  type Study,
  type StudyRequest,
} from '../../src/hyperparameters';
import { expectError } from '../support/expect-error';
import { useTemporaryFolder } from '../support/temporary-folder';

const python = join(__dirname, '..', '..', '.venv', 'bin', 'python');

const space: readonly Parameter[] = [
  { name: 'x', kind: 'float', low: -1, high: 1, scale: 'linear' },
  { name: 'rate', kind: 'float', low: 1e-4, high: 1, scale: 'logarithmic' },
  { name: 'layers', kind: 'integer', low: 1, high: 4, scale: 'linear' },
  { name: 'kind', kind: 'choice', choices: ['a', 'b'] },
];
const request: StudyRequest = {
  space,
  about: { fold: 'one' },
  seed: 3,
  first: [{ x: 0.25, rate: 0.01, layers: 2, kind: 'b' }],
  pruning: { startupTrials: 2, warmUpLooks: 1 },
};

describe('openStudy()', () => {
  const folder = useTemporaryFolder();
  const place = () => ({ python, file: join(folder.path, 'study.sqlite') });
  let studies: Study[] = [];

  async function open(changes: Partial<StudyRequest> = {}): Promise<Study> {
    const study = await openStudy(place(), { ...request, ...changes });
    studies.push(study);
    return study;
  }

  afterEach(async () => {
    await Promise.all(studies.map((study) => study.close()));
    studies = [];
  });

  it('should begin with the first points, then draw within the bounds', async () => {
    const study = await open();
    expect(study.found).toEqual({ finished: 0, best: undefined });
    const first = await study.ask();
    expect(first).toEqual({ number: 0, point: request.first[0] });
    for (let i = 0; i < 5; i++) {
      const { point } = await study.ask();
      expect(point.x).toBeGreaterThanOrEqual(-1);
      expect(point.x).toBeLessThanOrEqual(1);
      expect([1, 2, 3, 4]).toContain(point.layers);
      expect(['a', 'b']).toContain(point.kind);
    }
  });

  it('should tell which trial is best, least first', async () => {
    const study = await open();
    const values = [3, 1, 2];
    const points = [];
    for (const value of values) {
      const { number, point } = await study.ask();
      points.push(point);
      await study.tell(number, value);
    }
    const { trials, best, importances } = await study.summary();
    expect(trials.map(({ number, state, value }) => [number, state, value])).toEqual([
      [0, 'complete', 3],
      [1, 'complete', 1],
      [2, 'complete', 2],
    ]);
    expect(best).toEqual({ number: 1, value: 1, point: points[1] });
    // Three trials say nothing of what mattered.
    expect(importances).toEqual({});
  });

  it('should stop a trial that is worse than the median of those before, not sooner', async () => {
    const study = await open();
    const verdictsOf = async (values: readonly number[]) => {
      const { number } = await study.ask();
      const verdicts = [];
      for (const [look, value] of values.entries()) {
        verdicts.push(await study.report(number, look, value));
      }
      await study.tell(number, verdicts.includes(true) ? undefined : values.at(-1));
      return verdicts;
    };
    // The first two run to their end, however bad: there is nothing to compare them with.
    expect(await verdictsOf([9, 9, 9])).toEqual([false, false, false]);
    expect(await verdictsOf([1, 1, 1])).toEqual([false, false, false]);
    // Median 5; the look of the warm-up counts for nothing.
    expect(await verdictsOf([20, 20])).toEqual([false, true]);
    expect(await verdictsOf([20, 4, 4])).toEqual([false, false, false]);
    const { trials } = await study.summary();
    expect(trials.map(({ state, value, looks }) => [state, value, looks])).toEqual([
      ['complete', 9, 3],
      ['complete', 1, 3],
      ['pruned', 20, 2],
      ['complete', 4, 3],
    ]);
  });

  it('should keep a trial that diverged before its first look', async () => {
    const study = await open();
    const { number } = await study.ask();
    expect(await study.tell(number, undefined)).toEqual({ finished: 1, best: undefined });
    const { trials } = await study.summary();
    expect(trials).toMatchObject([{ state: 'pruned', value: undefined, looks: 0 }]);
  });

  it('should go on after its end, and ask again for what was not told', async () => {
    const before = await open();
    const first = await before.ask();
    await before.tell(first.number, 0.5);
    const abandoned = await before.ask();
    await before.report(abandoned.number, 0, 0.4);
    await before.close();

    const after = await open();
    expect(after.found).toEqual({ finished: 1, best: { ...first, value: 0.5 } });
    const again = await after.ask();
    expect(again.point).toEqual(abandoned.point);
    expect(again.number).toBeGreaterThan(abandoned.number);
    await after.tell(again.number, 0.25);
    expect((await after.ask()).point).not.toEqual(abandoned.point);
    expect((await after.summary()).best?.value).toBe(0.25);
  });

  it('should name the parameter that mattered', async () => {
    const study = await open({ first: [] });
    for (let i = 0; i < 24; i++) {
      const { number, point } = await study.ask();
      await study.tell(number, ((point.x as number) - 0.5) ** 2);
    }
    const { importances } = await study.summary();
    expect(Object.keys(importances).sort()).toEqual(['kind', 'layers', 'rate', 'x']);
    const shares = Object.values(importances);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
    expect(importances.x).toBe(Math.max(...shares));
  });

  it('should refuse a study of something else', async () => {
    await (await open()).close();
    await expectError(
      () => open({ about: { fold: 'two' } }),
      Code.FailedPrecondition,
      /^study .*study\.sqlite is of another fold: 'one', and now it is 'two'; .* another --study$/,
    );
    await expectError(
      () => open({ space: space.slice(1) }),
      Code.FailedPrecondition,
      /another space/,
    );
  });

  it('should refuse a study that another process has', async () => {
    const first = await open();
    await expectError(() => open(), Code.FailedPrecondition, /in use by another process/);
    await first.close();
    expect((await open()).found.finished).toBe(0);
  });

  it('should refuse a file that is no study', async () => {
    writeFileSync(place().file, 'what a study is not');
    await expectError(() => open(), Code.FailedPrecondition, /study\.sqlite cannot be opened/);
  });

  it('should answer what it cannot do, and go on', async () => {
    const study = await open();
    await expectError(
      () => study.tell(7, 1),
      Code.FailedPrecondition,
      /^trial is 7; it must be one/,
    );
    expect((await study.ask()).number).toBe(0);
  });

  describe('with a process that is not one', () => {
    function interpreter(script: string): string {
      const path = join(folder.path, 'python');
      writeFileSync(path, `#!/bin/sh\n${script}\n`);
      chmodSync(path, 0o755);
      return path;
    }
    const openWith = (script: string) =>
      openStudy({ ...place(), python: interpreter(script) }, request);

    it.each<[string, string, Code, RegExp]>([
      [
        'a shim that is missing',
        `echo "python: No module named cdmpp_tvm" >&2; exit 1`,
        Code.FailedPrecondition,
        /python has no cdmpp_tvm; give --python the one that has the shim and optuna/,
      ],
      [
        'optuna that is missing',
        `read line; echo '{"error": "optuna cannot be imported"}'; read line`,
        Code.FailedPrecondition,
        /^optuna cannot be imported$/,
      ],
      [
        'a death',
        'echo dying >&2; kill -9 $$',
        Code.FailedPrecondition,
        /python ended with SIGKILL and said: dying; give --python/,
      ],
      ['noise', 'echo hello; read line', Code.Internal, /^internal: the study answered hello$/],
    ])('should name %s', (_name, script, code, message) =>
      expectError(() => openWith(script), code, message),
    );

    it('should name an interpreter that is not there', () =>
      expectError(
        () => openStudy({ ...place(), python: join(folder.path, 'nowhere') }, request),
        Code.FailedPrecondition,
        /nowhere cannot be started: .*ENOENT/,
      ));

    it('should tell a death in mid-study, and that nothing is lost', async () => {
      const study = await openWith(
        `read line; echo '{"finished": 4, "best": null}'; read line; echo broken >&2; exit 3`,
      );
      expect(study.found.finished).toBe(4);
      const ends =
        /^the process of study .* ended with 3 and said: broken; the same command goes on/;
      await expectError(() => study.ask(), Code.Unavailable, ends);
      await expectError(() => study.ask(), Code.Unavailable, ends);
      await study.close();
    });
  });

  it('should be tested with the interpreter of the checkout', () => {
    expect(existsSync(python)).toBe(true);
  });
});
