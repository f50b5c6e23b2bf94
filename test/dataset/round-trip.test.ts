import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { exportDataset, importDataset, isDatasetFolder } from '../../src/dataset';
import { Code } from '../../src/errors';
import { createLogTask, type LogTask, type Task } from '../../src/program';
import { MemoryRecordStore, type RecordCounts } from '../../src/store';
import { domainRecord, domainTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';
import { useTemporaryFolder } from '../support/temporary-folder';
import {
  contentOf,
  loggedRecord,
  logTask,
  putSamples,
  type StoredSample,
  storedSamples,
  wholeTasks,
} from './sample-records';

const nowSeconds = 1_760_000_000;

async function filesOf(dir: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(dir)).sort();
  const contents = await Promise.all(names.map((name) => readFile(join(dir, name), 'base64')));
  return Object.fromEntries(names.map((name, index) => [name, contents[index] as string]));
}

async function storeWith(samples: readonly StoredSample[]): Promise<MemoryRecordStore> {
  const store = new MemoryRecordStore();
  await putSamples(store, samples);
  return store;
}

type Counts = Pick<RecordCounts, 'tasks' | 'records' | 'validRecords' | 'programs' | 'repetitions'>;

function countsOf({ tasks, records, validRecords, programs, repetitions }: Counts): Counts {
  return { tasks, records, validRecords, programs, repetitions };
}

function namedCountsOf(counts: Counts & { readonly name: string }) {
  return { name: counts.name, ...countsOf(counts) };
}

describe('store to dataset to store', () => {
  it('should give tasks, records and costs back equal, bit for bit', async () => {
    await fc.assert(
      fc.asyncProperty(storedSamples, async (samples) => {
        const dir = await mkdtemp(join(tmpdir(), 'cdmpp-test-'));
        try {
          const first = await storeWith(samples);
          const { card, recordsAdded } = await exportDataset({ store: first, dir, nowSeconds });
          const second = new MemoryRecordStore();
          const imported = await importDataset({ store: second, dir });
          const expected = await contentOf(first);
          expect(await contentOf(second)).toEqual(expected);
          expect([recordsAdded, imported.accepted]).toEqual([expected.length, expected.length]);
          const stats = await second.stats({});
          expect(countsOf(card.total)).toEqual(countsOf(stats.total));
          for (const list of ['devices', 'networks'] as const) {
            expect(card[list].map(namedCountsOf)).toEqual(stats[list].map(namedCountsOf));
          }
        } finally {
          await rm(dir, { recursive: true });
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('exportDataset()', () => {
  const folder = useTemporaryFolder();
  const task = domainTask(8, 'one');
  const samples = Array.from({ length: 12 }, (_, index) => ({
    task: wholeTasks[index % 4] as (typeof wholeTasks)[number],
    record: loggedRecord(
      wholeTasks[index % 4] as (typeof wholeTasks)[number],
      `[["AN", ${Math.floor(index / 4)}, 1]]`,
      [1e-3 * (index + 1)],
      nowSeconds + index,
    ),
    source: 'a.json',
  }));

  it('should write the same bytes for the same store', async () => {
    const first = join(folder.path, 'first');
    const second = join(folder.path, 'second');
    await exportDataset({ store: await storeWith(samples), dir: first, nowSeconds });
    await exportDataset({ store: await storeWith(samples), dir: second, nowSeconds });
    expect(await filesOf(second)).toEqual(await filesOf(first));
    expect(Object.keys(await filesOf(first))).toEqual([
      'README.md',
      'card.json',
      'measurements-0001.parquet',
      'programs-0001.parquet',
      'tasks-0001.parquet',
    ]);
  });

  it('should add what is new as further parts and leave the others alone', async () => {
    const dir = folder.path;
    const store = await storeWith(samples.slice(0, 6));
    await exportDataset({ store, dir, nowSeconds });
    const before = await filesOf(dir);
    await putSamples(store, samples.slice(6));
    const result = await exportDataset({ store, dir, nowSeconds: nowSeconds + 60 });
    expect(result).toMatchObject({ tasksAdded: 0, recordsAdded: 6, recordsHeld: 6 });
    const after = await filesOf(dir);
    for (const name of Object.keys(before).filter((file) => file.endsWith('.parquet'))) {
      expect(after[name]).toBe(before[name]);
    }
    expect(Object.keys(after)).toContain('measurements-0002.parquet');
    expect(result.card.files).toHaveLength(5);
    const imported = new MemoryRecordStore();
    await importDataset({ store: imported, dir });
    expect(await contentOf(imported)).toEqual(await contentOf(store));
  });

  it('should leave a dataset as it is where there is nothing new', async () => {
    const dir = folder.path;
    const store = await storeWith(samples);
    await exportDataset({ store, dir, nowSeconds });
    const before = await filesOf(dir);
    const result = await exportDataset({ store, dir, nowSeconds: nowSeconds + 60 });
    expect(result).toMatchObject({ tasksAdded: 0, programsAdded: 0, recordsAdded: 0 });
    expect(await filesOf(dir)).toEqual(before);
  });

  it('should let a better device card rule', async () => {
    const dir = folder.path;
    const store = await storeWith([{ task, record: domainRecord(1), source: '' }]);
    await exportDataset({ store, dir, nowSeconds });
    const better = { ...task, device: { ...task.device, peakFlops: 1e12 } };
    await store.putTask(better);
    const result = await exportDataset({ store, dir, nowSeconds });
    expect(result).toMatchObject({ tasksAdded: 1, recordsAdded: 0 });
    const imported = new MemoryRecordStore();
    await importDataset({ store: imported, dir });
    expect((await imported.getTask(task.id))?.device.peakFlops).toBe(1e12);
  });

  it('should keep a schedule once for all devices', async () => {
    const steps = '[["AN", 0, 1]]';
    const devices = [domainTask(8, 'one'), domainTask(8, 'two'), domainTask(8, 'three')];
    const store = await storeWith(
      devices.map((device, index) => ({
        task: device,
        record: loggedRecord(device, steps, [1e-3], nowSeconds + index),
        source: '',
      })),
    );
    const { card } = await exportDataset({ store, dir: folder.path, nowSeconds });
    expect(card.total).toMatchObject({ schedules: 1, programs: 3, computations: 1, tasks: 3 });
  });

  describe('of a task that was known by its log before', () => {
    const whole = domainTask(24, 'v100');
    const { workloadKey, target, hardwareParams, device } = whole;
    const known = createLogTask({ workloadKey, target, hardwareParams, deviceName: device.name });
    const recordOf = (of: Task | LogTask, number: number) =>
      loggedRecord(of, `[["AN", 0, ${number}]]`, [number * 1e-3], nowSeconds + number);
    const entry = (of: Task | LogTask, number: number) => ({
      task: of,
      record: recordOf(of, number),
      source: 'a.json',
    });

    it('should not hold its records twice once it is whole', async () => {
      const dir = folder.path;
      const store = await storeWith([entry(known, 1), entry(known, 2)]);
      await exportDataset({ store, dir, nowSeconds });
      await store.putTask(whole);
      await store.append(whole.id, [recordOf(whole, 3)], 'a.json');
      const result = await exportDataset({ store, dir, nowSeconds });
      expect(result).toMatchObject({ tasksAdded: 1, recordsAdded: 1, recordsHeld: 2 });
      expect(result.card.total).toMatchObject({ tasks: 1, computations: 1, records: 3 });
      expect(result.card.computations).toMatchObject([
        { family: expect.stringMatching(/./), validRecords: { v100: 3 } },
      ]);
      const imported = new MemoryRecordStore();
      expect(await importDataset({ store: imported, dir })).toMatchObject({ accepted: 3 });
      expect(await contentOf(imported)).toEqual(await contentOf(store));
      expect(await exportDataset({ store: imported, dir, nowSeconds })).toMatchObject({
        tasksAdded: 0,
        recordsAdded: 0,
        recordsHeld: 3,
      });
    });

    it('should not hold them twice where a store knows but the log', async () => {
      const dir = folder.path;
      await exportDataset({ store: await storeWith([entry(whole, 1)]), dir, nowSeconds });
      const store = await storeWith([entry(known, 1), entry(known, 2)]);
      const result = await exportDataset({ store, dir, nowSeconds });
      expect(result).toMatchObject({ recordsAdded: 1, recordsHeld: 1 });
      expect(result.card.total).toMatchObject({ tasks: 1, records: 2, validRecords: 2 });
    });
  });

  it('should count the lowered features that it leaves out', async () => {
    const program = { ...domainRecord(1).program, loweredFeatures: new Float32Array(164) };
    const store = await storeWith([{ task, record: domainRecord(1, { program }), source: '' }]);
    const result = await exportDataset({ store, dir: folder.path, nowSeconds });
    expect(result.loweredFeaturesLeftOut).toBe(1);
  });

  it('should keep what was said of a dataset until something else is said', async () => {
    const dir = folder.path;
    const store = await storeWith(samples);
    const about = { title: 'A title', versions: { tvm: '0.14' } };
    await exportDataset({ store, dir, nowSeconds, about });
    const { card } = await exportDataset({ store, dir, nowSeconds, about: { machine: 'a desk' } });
    expect(card).toMatchObject({ ...about, machine: 'a desk' });
    await expect(
      exportDataset({ store, dir, nowSeconds, about: { titel: 'x' } as object }),
    ).rejects.toThrow(/about the dataset.*titel/);
  });

  it('should tell how far it is', async () => {
    const done: number[] = [];
    const store = await storeWith(samples);
    const onProgress = ({ recordsDone }: { recordsDone: number }) => void done.push(recordsDone);
    await exportDataset({ store, dir: folder.path, nowSeconds, onProgress });
    expect(done).toEqual([12]);
  });

  it.each(['README.md', 'notes.txt', 'card.json.old'])(
    'should refuse a folder that holds %s and no dataset, and leave it alone',
    async (name) => {
      const dir = folder.path;
      await writeFile(join(dir, name), 'mine');
      await writeFile(join(dir, 'zebra'), 'mine too');
      const before = await filesOf(dir);
      const store = await storeWith(samples);
      await expectError(
        () => exportDataset({ store, dir, nowSeconds }),
        Code.AlreadyExists,
        new RegExp(`is no dataset and holds "${name.replaceAll('.', '\\.')}": give a new`),
      );
      expect(await filesOf(dir)).toEqual(before);
    },
  );

  it('should begin anew where an export was killed before its card', async () => {
    const dir = folder.path;
    await writeFile(join(dir, 'tasks-0001.parquet'), 'half');
    await writeFile(join(dir, 'programs-0001.parquet.unfinished'), 'half');
    await writeFile(join(dir, 'card.json.unfinished'), '{');
    const store = await storeWith(samples);
    await exportDataset({ store, dir, nowSeconds });
    const imported = new MemoryRecordStore();
    await importDataset({ store: imported, dir });
    expect(await contentOf(imported)).toEqual(await contentOf(store));
  });

  it('should leave the dataset and no rubbish where the store fails', async () => {
    const dir = folder.path;
    const store = await storeWith(samples.slice(0, 4));
    await exportDataset({ store, dir, nowSeconds });
    const before = await filesOf(dir);
    const all = await (await storeWith(samples)).readRecords({}, 0, 100);
    const failing = {
      readRecords: async (_filter: object, after: number) => {
        if (after > 0) throw new Error('gone');
        return all;
      },
    };
    await expect(exportDataset({ store: failing, dir, nowSeconds })).rejects.toThrow('gone');
    expect(await filesOf(dir)).toEqual(before);
  });
});

describe('importDataset()', () => {
  const folder = useTemporaryFolder();

  it('should count what the store has as duplicates', async () => {
    const dir = folder.path;
    const samples = [{ task: domainTask(), record: domainRecord(1), source: 'x' }];
    const store = await storeWith(samples);
    await exportDataset({ store, dir, nowSeconds });
    expect(await isDatasetFolder(dir)).toBe(true);
    expect(await importDataset({ store, dir })).toEqual({
      tasks: 1,
      logTasks: 0,
      records: 1,
      valid: 1,
      failed: 0,
      accepted: 0,
      duplicates: 1,
    });
  });

  it('should put records of a log task under the whole task where there is one', async () => {
    const dir = folder.path;
    const record = loggedRecord(logTask, '[["AN", 0, 1]]', [1e-3], nowSeconds);
    await exportDataset({
      store: await storeWith([{ task: logTask, record, source: 'a.json' }]),
      dir,
      nowSeconds,
    });
    const whole = {
      ...domainTask(8, logTask.deviceName),
      workloadKey: logTask.workloadKey,
      target: logTask.target,
      hardwareParams: logTask.hardwareParams,
    };
    const store = new MemoryRecordStore();
    await store.putTask(whole);
    const known = loggedRecord(whole, '[["AN", 0, 1]]', [1e-3], nowSeconds);
    await store.append(whole.id, [known], 'live');
    expect(await importDataset({ store, dir })).toMatchObject({ accepted: 0, duplicates: 1 });
  });
});
