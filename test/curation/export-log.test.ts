import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type ExportOptions, exportLogs } from '../../src/curation';
import { Code } from '../../src/errors';
import { MemoryRecordStore, type RecordStore } from '../../src/store';
import { domainRecord, domainTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';
import { failedLine, numberedLine } from '../support/log-lines';
import { runImport } from '../support/run-import';
import { useTemporaryFolder } from '../support/temporary-folder';

const LINES = [
  // Spaced as TVM would not: what came from a log goes back as it came.
  numberedLine(5).replace('"v": ', '"v" :  '),
  failedLine(1),
  numberedLine(2, { workloadKey: '["other", "é"]' }),
  numberedLine(4),
  numberedLine(3),
  numberedLine(6, { workloadKey: '["other", "é"]' }),
];

describe('exportLogs()', () => {
  const folder = useTemporaryFolder();
  let store: RecordStore;
  let out = '';
  beforeEach(async () => {
    store = new MemoryRecordStore();
    out = join(folder.path, 'out.json');
    const log = join(folder.path, 'in.json.gz');
    await writeFile(log, gzipSync(`${LINES.join('\r\n')}\n`));
    await runImport(store, [log]);
  });
  afterEach(() => store.dispose());

  const run = (options: Partial<ExportOptions> = {}, to = out) =>
    exportLogs(store, to, {
      filter: {},
      best: undefined,
      perTask: false,
      overwrite: false,
      onProgress: () => undefined,
      ...options,
    });
  const linesOf = async (path: string) => (await readFile(path, 'utf8')).split('\n').slice(0, -1);

  it('should give back the lines of a log byte for byte, in their order', async () => {
    expect(await run()).toEqual({ files: 1, tasks: 2, records: 6, withoutSteps: 0 });
    expect(await readFile(out, 'utf8')).toBe(LINES.map((line) => `${line}\n`).join(''));
  });

  it('should pack a log whose name says so', async () => {
    await run({}, `${out}.gz`);
    const text = gunzipSync(await readFile(`${out}.gz`)).toString('utf8');
    expect(text.split('\n').slice(0, -1)).toEqual(LINES);
  });

  it('should write only what is asked for', async () => {
    await run({ filter: { isValid: true, workloadKey: '["matmul", 4, 8, 16]' } });
    expect(await linesOf(out)).toEqual([LINES[0], LINES[3], LINES[4]]);
  });

  it('should write the fastest programs of each task, one record each', async () => {
    const repetition = numberedLine(3, { timestamp: 1_700_000_099, costs: '[2e-06]' });
    const log = join(folder.path, 'more.json');
    await writeFile(log, repetition);
    await runImport(store, [log]);
    expect(await run({ best: 2 })).toMatchObject({ records: 4, tasks: 2 });
    expect(new Set(await linesOf(out))).toEqual(
      new Set([LINES[2], LINES[3], repetition, LINES[5]]),
    );
  });

  it('should write a log for each task, named for it', async () => {
    const report = await run({ perTask: true }, join(folder.path, 'logs'));
    expect(report).toMatchObject({ files: 2, tasks: 2, records: 6 });
    const names = (await readdir(join(folder.path, 'logs'))).sort();
    expect(names).toEqual([
      expect.stringMatching(/^local-matmul-4-8-16-[0-9a-f]{8}\.json$/),
      expect.stringMatching(/^local-other-[0-9a-f]{8}\.json$/),
    ]);
    expect(await linesOf(join(folder.path, 'logs', names[1] ?? ''))).toEqual([LINES[2], LINES[5]]);
  });

  it('should count the records that no log can hold', async () => {
    const task = domainTask();
    await store.putTask(task);
    const bare = { loopNest: 'for i', transformSteps: '' };
    await store.append(task.id, [domainRecord(1, { recordLine: '', program: bare })], 'tuner');
    expect(await run()).toMatchObject({ records: 6, withoutSteps: 1 });
    expect(await linesOf(out)).toHaveLength(6);
  });

  it('should leave an empty log where nothing is meant', async () => {
    expect(await run({ filter: { deviceName: 'none' } })).toMatchObject({ files: 1, records: 0 });
    expect(await readFile(out, 'utf8')).toBe('');
  });

  it('should leave a file that is there alone, unless it is told to replace it', async () => {
    await writeFile(out, 'mine');
    await expectError(run, Code.AlreadyExists, /out\.json is there already: .* --overwrite/);
    expect(await readFile(out, 'utf8')).toBe('mine');
    expect(await readdir(folder.path)).not.toContain('out.json.part');
    await run({ overwrite: true });
    expect(await linesOf(out)).toEqual(LINES);
  });

  it('should refuse a place where it cannot write', () =>
    expectError(
      () => run({}, join(folder.path, 'in.json.gz', 'out.json')),
      Code.InvalidArgument,
      /in\.json\.gz\/out\.json cannot be written: /,
    ));
});
