import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ImportProgress, importRecords, planImport } from '../../src/curation';
import { exportDataset } from '../../src/dataset';
import { Code } from '../../src/errors';
import { isLogTask, measurementKey } from '../../src/program';
import { MemoryRecordStore, type RecordStore } from '../../src/store';
import { domainRecord, domainTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';
import { failedLine, logLine, numberedLine } from '../support/log-lines';
import { runImport } from '../support/run-import';
import { bundleLine, linePartsOf } from '../support/task-bundle-line';
import { useTemporaryFolder } from '../support/temporary-folder';

/** The same store, but that its `count`-th batch is not stored, nor any later one. */
function breakingOff(store: RecordStore, count: number): RecordStore {
  let batches = 0;
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'appendBatch' && ++batches >= count) {
        return () => Promise.reject(new Error('broken off'));
      }
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('importRecords()', () => {
  const folder = useTemporaryFolder();
  let store: RecordStore;
  beforeEach(() => {
    store = new MemoryRecordStore();
  });
  afterEach(() => store.dispose());

  async function put(name: string, lines: readonly string[]): Promise<string> {
    const path = join(folder.path, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, lines.map((line) => `${line}\n`).join(''));
    return path;
  }
  const numbered = (count: number) =>
    Array.from({ length: count }, (_, index) => numberedLine(index + 1));

  it('should store every record as the log has it', async () => {
    const line = logLine();
    await runImport(store, [await put('some.json', [line])]);
    const [stored] = await store.readRecords({}, 0, 10);
    expect(stored).toMatchObject({
      task: { kind: 'log-task', workloadKey: '["matmul", 4, 8, 16]', deviceName: 'local' },
      record: {
        recordLine: line,
        costsSeconds: [1.5e-5, 1.25e-5],
        allCostSeconds: 0.254,
        timestampSeconds: 1_700_000_000,
        errorNumber: 0,
        program: { loopNest: '' },
      },
      source: 'some',
    });
    expect(stored?.record.program.transformSteps).toMatch(/^\[\["SP", 2, 0, 4, \[1, 2\], 1\], /);
  });

  it('should count what became of each line, and name the broken ones', async () => {
    const lines = [...numbered(3), 'nonsense', failedLine(4), numberedLine(2), '# comment', ''];
    const path = await put('some.json', lines);
    const { logs, totals } = await runImport(store, [path]);
    const counts = {
      lines: 6,
      records: 5,
      valid: 4,
      failed: 1,
      accepted: 4,
      duplicates: 1,
      broken: 1,
    };
    expect(logs).toEqual([
      {
        path,
        deviceName: 'local',
        resumedAfterLine: 0,
        wasComplete: false,
        ...counts,
        brokenLines: [{ number: 4, reason: expect.stringMatching(/^not JSON/) }],
      },
    ]);
    expect(totals).toEqual({ tasks: 0, datasets: 0, logs: 1, ...counts });
    expect(await store.countRecords()).toBe(4);
  });

  it('should name the first broken lines and count them all', async () => {
    const path = await put(
      'some.json',
      Array.from({ length: 50 }, (_, index) => `no ${index}`),
    );
    const { logs } = await runImport(store, [path]);
    expect(logs[0]).toMatchObject({ broken: 50, records: 0 });
    expect(logs[0]?.brokenLines).toHaveLength(20);
  });

  it('should remember the broken lines of what it has read before', async () => {
    const path = await put('some.json', ['no 1', numberedLine(1), 'no 2']);
    const first = await runImport(store, [path]);
    const second = await runImport(store, [path]);
    expect(second.logs).toMatchObject([{ wasComplete: true, lines: 2, records: 0, broken: 2 }]);
    expect(second.logs[0]?.brokenLines).toEqual(first.logs[0]?.brokenLines);
    const third = await runImport(store, [path], { again: true });
    expect(third.logs).toMatchObject([{ lines: 3, records: 1, broken: 2 }]);
  });

  it('should go on after an import that was broken off with its broken lines in mind', async () => {
    const before = Array.from({ length: 25 }, (_, index) => `no ${index}`);
    const lines = [...before, ...numbered(2100), 'no more'];
    const path = await put('some.json', lines);
    // The second transaction fails: the first has 2048 records and everything before them.
    const failing = breakingOff(store, 2);
    await expect(runImport(failing, [path])).rejects.toThrow('broken off');
    const { logs, totals } = await runImport(store, [path]);
    expect(logs).toMatchObject([
      { resumedAfterLine: 25 + 2048, records: 52, broken: 26, lines: 78, accepted: 52 },
    ]);
    expect(logs[0]?.brokenLines.map(({ number }) => number)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    expect(totals.broken).toBe(26);
  });

  it('should count what came from datasets with what came from logs', async () => {
    const source = new MemoryRecordStore();
    await runImport(source, [await put('a.json', [...numbered(3), failedLine(4)])]);
    await source.putTask(domainTask());
    await source.append(domainTask().id, [domainRecord(1)], 'tuner');
    const dir = join(folder.path, 'dataset');
    await exportDataset({ store: source, dir, nowSeconds: 1_760_000_000 });
    const log = await put('b.json', [...numbered(2), numberedLine(7), 'nonsense']);
    const { datasets, totals } = await runImport(store, [dir, log]);
    const counts = { tasks: 1, records: 5, valid: 4, failed: 1, accepted: 5, duplicates: 0 };
    expect(datasets).toEqual([{ path: dir, logTasks: 1, ...counts }]);
    expect(totals).toEqual({
      tasks: 1,
      datasets: 1,
      logs: 1,
      lines: 4,
      records: 8,
      valid: 7,
      failed: 1,
      accepted: 6,
      duplicates: 2,
      broken: 1,
    });
    await source.dispose();
  });

  it('should not read again what it has read whole, but where it is told to', async () => {
    const path = await put('some.json', numbered(5));
    await runImport(store, [path]);
    const second = await runImport(store, [path]);
    expect(second.logs).toMatchObject([{ wasComplete: true, lines: 0, records: 0 }]);
    const third = await runImport(store, [path], { again: true });
    expect(third.totals).toMatchObject({ records: 5, accepted: 0, duplicates: 5 });
  });

  it('should store what a log has gained, and know the same content under another name', async () => {
    const path = await put('some.json', numbered(5));
    await runImport(store, [path]);
    await appendFile(path, `${numberedLine(6)}\n`);
    const grown = await runImport(store, [path]);
    expect(grown.totals).toMatchObject({ records: 6, accepted: 1, duplicates: 5 });
    const copy = await runImport(store, [await put('copy.json', [...numbered(6)])]);
    expect(copy.logs).toMatchObject([{ wasComplete: true }]);
  });

  it('should know a line that was reported without the blanks at its end', async () => {
    const task = domainTask();
    const line = logLine(linePartsOf(task));
    await store.putTask(task);
    const reported = domainRecord(1, {
      idempotencyKey: measurementKey(task.id, line),
      recordLine: line,
    });
    await store.append(task.id, [reported], 'rebuild');
    const { totals } = await runImport(store, [await put('some.json', [`${line} \t`])]);
    expect(totals).toMatchObject({ records: 1, accepted: 0, duplicates: 1 });
  });

  it('should keep the logs of two devices apart', async () => {
    const path = await put('some.json', numbered(5));
    await runImport(store, [path], { deviceName: 'v100' });
    await runImport(store, [path], { deviceName: 'k80' });
    expect(await store.countRecords()).toBe(10);
    expect((await store.stats({})).devices).toMatchObject([
      { name: 'k80', records: 5 },
      { name: 'v100', records: 5 },
    ]);
  });

  it('should keep another measurement of a program as a repetition', async () => {
    const again = numberedLine(1, { timestamp: 1_700_000_099 });
    await runImport(store, [await put('some.json', [...numbered(3), again])]);
    expect((await store.stats({})).total).toMatchObject({
      records: 4,
      programs: 3,
      repetitions: 1,
    });
  });

  it('should store the records of a known task under it', async () => {
    const task = domainTask();
    const bundle = await put('some.tasks', [bundleLine('a/relu', task)]);
    const log = await put('some.json', [logLine(linePartsOf(task))]);
    const { totals } = await runImport(store, [log], { taskBundles: [bundle] });
    expect(totals).toMatchObject({ tasks: 1, accepted: 1 });
    expect((await store.read(0, 10)).map((record) => record.task)).toEqual([task]);
  });

  it('should import a collection with its tasks, each log for its own device', async () => {
    const tasks = [domainTask(8, 'cpu-1t'), domainTask(8, 'cpu-2t')];
    await put('made/collection.json', ['{}']);
    await put(
      'made/tasks.tasks',
      tasks.map((task) => bundleLine('a/relu', task)),
    );
    for (const task of tasks) {
      await put(`made/records/${task.device.name}.json`, [logLine(linePartsOf(task))]);
    }
    await runImport(store, [join(folder.path, 'made')]);
    const stored = await store.readRecords({}, 0, 10);
    expect(stored.map(({ task, source }) => [task.id, source, isLogTask(task)])).toEqual([
      [tasks[0]?.id, 'made/cpu-1t', false],
      [tasks[1]?.id, 'made/cpu-2t', false],
    ]);
  });

  it('should import several logs and tell how far it has come', async () => {
    const paths = [await put('a.json', numbered(2500)), await put('b.json', [failedLine(1)])];
    const seen: ImportProgress[] = [];
    const plan = await planImport({
      paths,
      deviceName: 'local',
      deviceFromFolder: false,
      taskBundles: [],
    });
    const totals = await importRecords(store, plan, {
      again: false,
      onProgress: (progress) => seen.push(progress),
      onLog: () => undefined,
      onDataset: () => undefined,
    });
    expect(totals).toMatchObject({ logs: 2, accepted: 2501 });
    const total = plan.logs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    expect(seen.at(-1)).toEqual({ name: 'b', done: total, total, recordsDone: 2501 });
    // More than one transaction for the long one.
    expect(new Set(seen.map(({ recordsDone }) => recordsDone)).size).toBeGreaterThan(3);
  });

  it('should refuse a bundle with a broken task before it stores anything', async () => {
    const bundle = await put('some.tasks', ['{"name": "a"}']);
    const log = await put('some.json', numbered(1));
    await expectError(
      () => runImport(store, [log], { taskBundles: [bundle] }),
      Code.InvalidArgument,
      /some\.tasks:1: task is no base64/,
    );
    expect(await store.countRecords()).toBe(0);
  });
});
