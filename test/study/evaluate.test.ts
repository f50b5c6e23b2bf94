/** The whole way of `cdmpp evaluate`: records, a model that was trained on them, a report. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { saveModelFolder } from '../../src/artifact';
import { systemClock } from '../../src/base';
import { runCommand } from '../../src/cli/run-command';
import { Code } from '../../src/errors';
import type { ModelArtifact } from '../../src/predictor';
import { openSqliteRecordStore } from '../../src/store';
import { evaluate, openModel } from '../../src/study';
import { openBackend } from '../../src/tensor';
import { createDefaultRegistry } from '../../src/zoo';
import { expectError } from '../support/expect-error';
import { expectNoLeakedTensors } from '../support/expect-no-leaked-tensors';
import { loadFixture } from '../support/fixtures';
import { useTemporaryFolder } from '../support/temporary-folder';

const { task, records } = loadFixture('matmul-cpu');
let artifact: ModelArtifact;

beforeAll(async () => {
  const predictor = createDefaultRegistry().create('cdmpp');
  await predictor.fit(records, { seed: 1 });
  artifact = await predictor.save();
  await predictor.dispose();
});

describe('evaluate', () => {
  const folder = useTemporaryFolder();
  const pathOf = (name: string) => join(folder.path, name);

  async function withRecords<T>(
    action: (store: Awaited<ReturnType<typeof openSqliteRecordStore>>) => Promise<T>,
  ): Promise<T> {
    const store = await openSqliteRecordStore({
      path: pathOf('records.sqlite'),
      clock: systemClock,
    });
    try {
      return await action(store);
    } finally {
      await store.dispose();
    }
  }

  beforeEach(async () => {
    await saveModelFolder(pathOf('model'), artifact, {});
    await withRecords(async (store) => {
      await store.putTask(task);
      await store.append(
        task.id,
        records.map(({ record }) => record),
        'fixture',
      );
    });
  });

  const request = () => ({
    modelFolder: pathOf('model'),
    choice: { kind: 'all' } as const,
    out: pathOf('report'),
    seed: 1,
    leastRecordsForRank: 48,
    openTensors: () => openBackend('native'),
  });

  it('should write a report over what the model was trained on', async () => {
    const { overall, model } = await withRecords((store) => evaluate({ ...request(), store }));
    const { programs, tasks, mapePercent, rank, calibration } = overall.evaluation;
    expect(tasks).toBe(1);
    expect(programs).toBeGreaterThan(40);
    // Learned from these very programs: far better than by chance.
    expect(rank.pairwiseApart?.value).toBeGreaterThan(0.7);
    expect(mapePercent?.value).toBeLessThan(100);
    expect(calibration).not.toBeNull();
    expect(model.predictor).toBe('cdmpp');
    expect((await readdir(pathOf('report'))).sort()).toEqual([
      'errors.svg',
      'evaluation.json',
      'predicted-over-measured.svg',
      'reliability.svg',
      'report.md',
    ]);
    const json = JSON.parse(await readFile(join(pathOf('report'), 'evaluation.json'), 'utf8'));
    expect(json.overall.evaluation.programs).toBe(programs);
    expect(json.tasks).toHaveLength(1);
    expect(await readFile(join(pathOf('report'), 'report.md'), 'utf8')).toMatch(/^# Evaluation/);
  });

  it('should write the same bytes again', async () => {
    const filesOf = async (out: string) => {
      await withRecords((store) => evaluate({ ...request(), store, out }));
      const names = (await readdir(out)).sort();
      return Promise.all(names.map((name) => readFile(join(out, name), 'utf8')));
    };
    expect(await filesOf(pathOf('second'))).toEqual(await filesOf(pathOf('first')));
  });

  it('should judge the test side alone', async () => {
    const whole = await withRecords((store) => evaluate({ ...request(), store }));
    const part = await withRecords((store) =>
      evaluate({ ...request(), store, choice: { kind: 'by-sample', seed: 1 } }),
    );
    const tested = part.overall.evaluation.programs;
    expect(tested).toBeGreaterThan(0);
    expect(tested).toBeLessThan(whole.overall.evaluation.programs / 2);
  });

  it('should leave no tensor behind, and stop when asked', async () => {
    const tf = openBackend('native');
    await withRecords(async (store) => {
      await expectNoLeakedTensors(tf, () => evaluate({ ...request(), store }));
      const controller = new AbortController();
      const stopping = evaluate({
        ...request(),
        store,
        out: pathOf('stopped'),
        signal: controller.signal,
        onRead: () => controller.abort(),
      });
      await expectError(() => stopping, Code.Cancelled, /stopped after/);
    });
    await expect(readdir(pathOf('stopped'))).rejects.toThrow('ENOENT');
  });

  it('should say that there is nothing to judge', async () => {
    await withRecords(async (store) => {
      await expectError(
        () => evaluate({ ...request(), store, deviceName: 'nowhere' }),
        Code.FailedPrecondition,
        /no program to judge .*: the store has 0 that can be read/,
      );
    });
  });

  it('should be a command', async () => {
    const printed: string[] = [];
    const complained: string[] = [];
    const args = ['--model', pathOf('model'), '--store', pathOf('records.sqlite')];
    const exitCode = await runCommand(
      ['node', 'cdmpp', 'evaluate', ...args, '--by-sample', '--out', pathOf('report')],
      {},
      {
        print: (line) => printed.push(line),
        complain: (line) => complained.push(line),
        stopRequested: () => new Promise(() => undefined),
      },
    );
    expect({ exitCode, complained }).toEqual({ exitCode: 0, complained: [] });
    expect(printed).toHaveLength(1);
    expect(JSON.parse(printed[0] as string)).toMatchObject({
      event: 'evaluated',
      out: pathOf('report'),
      tasks: 1,
      mapePercent: { value: expect.any(Number) },
    });
  });

  it('should refuse a model of other features, naming its folder', async () => {
    const card = JSON.parse(artifact.card);
    const other = { ...card, featureSchema: { ...card.featureSchema, id: 'other' } };
    const strange = { ...artifact, card: JSON.stringify(other) };
    await saveModelFolder(pathOf('other'), strange, {});
    await expectError(
      () => openModel(pathOf('other')),
      Code.InvalidArgument,
      /^model folder ".*other": card: feature schema is other/,
    );
    await expectError(() => openModel(pathOf('none')), Code.NotFound, /"none"|none/);
  });
});
