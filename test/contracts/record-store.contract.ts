import { Code } from '../../src/errors';
import type { Task } from '../../src/program';
import type { RecordStore } from '../../src/store';
import { domainRecord, domainTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';
import { logTaskContract } from './record-store-log-tasks.contract';
import { recordQueriesContract } from './record-store-queries.contract';

export interface RecordStoreSubject {
  readonly store: RecordStore;
  /** Closes the store and opens what it left; undefined where nothing outlives it. */
  readonly reopen?: () => Promise<RecordStore>;
}

const brokenRow = () => new Float32Array(164).fill(Number.NaN, 3);

/** What every RecordStore does. `create` gives an empty store for each test. */
export function recordStoreContract(create: () => Promise<RecordStoreSubject>): void {
  let store: RecordStore;
  let reopen: RecordStoreSubject['reopen'];
  const task = domainTask();

  beforeEach(async () => {
    ({ store, reopen } = await create());
  });
  afterEach(() => store.dispose());

  describe('tasks', () => {
    it('should give a task back equal to its last number', async () => {
      await store.putTask(task);
      expect(await store.getTask(task.id)).toEqual(task);
    });

    it('should know nothing of a task that was never put', async () => {
      expect(await store.getTask('0123')).toBeUndefined();
    });

    it('should take the same task twice', async () => {
      await store.putTask(task);
      await store.putTask(domainTask());
      expect(await store.getTask(task.id)).toEqual(task);
    });

    it('should renew the device card of a task and add its networks up', async () => {
      const named = (name: string, occurrences: number) => [{ name, occurrences }];
      const renewed = {
        ...task,
        device: { ...task.device, peakFlops: 7e10 },
        networks: named('bert-tiny', 3),
      };
      await store.putTask(task);
      await store.putTask(renewed);
      expect(await store.getTask(task.id)).toEqual({
        ...renewed,
        networks: [...named('bert-tiny', 3), ...task.networks],
      });
      await store.putTask({ ...task, networks: named('bert-tiny', 4) });
      expect(await store.getTask(task.id)).toEqual({
        ...task,
        networks: [...named('bert-tiny', 4), ...task.networks],
      });
    });

    it('should list every whole task, more than one page of them', async () => {
      const tasks = Array.from({ length: 70 }, (_, i) => domainTask(i + 1));
      for (const one of tasks) await store.putTask(one);
      const listed = [];
      for await (const one of store.listTasksWhole()) listed.push(one);
      const byId = (a: Task, b: Task) => (a.id < b.id ? -1 : 1);
      expect(listed.sort(byId)).toEqual(tasks.sort(byId));
    });

    it('should keep the same structure on two devices apart', async () => {
      const elsewhere = domainTask(8, 'elsewhere');
      await store.putTask(task);
      await store.putTask(elsewhere);
      expect((await store.getTask(task.id))?.device.name).toBe('local');
      expect((await store.getTask(elsewhere.id))?.device.name).toBe('elsewhere');
    });
  });

  describe('append()', () => {
    beforeEach(() => store.putTask(task));

    it('should refuse records of an unknown task', async () => {
      await expectError(() => store.append('0123', [domainRecord(1)], ''), Code.NotFound, /"0123"/);
      expect(await store.countRecords()).toBe(0);
    });

    it('should count sequences from 1, over all tasks', async () => {
      const other = domainTask(16);
      await store.putTask(other);
      expect(await store.append(task.id, [domainRecord(1), domainRecord(2)], 'a')).toEqual({
        accepted: 2,
        duplicates: 0,
        lastSequence: 2,
        totalRecords: 2,
      });
      expect(await store.append(other.id, [domainRecord(3)], 'b')).toEqual({
        accepted: 1,
        duplicates: 0,
        lastSequence: 3,
        totalRecords: 3,
      });
      expect(await store.lastSequence()).toBe(3);
      expect(await store.lastSequences()).toEqual(
        new Map([
          [task.id, 2],
          [other.id, 3],
        ]),
      );
    });

    it('should take an empty append', async () => {
      await store.append(task.id, [domainRecord(1)], '');
      expect(await store.append(task.id, [], '')).toEqual({
        accepted: 0,
        duplicates: 0,
        lastSequence: 0,
        totalRecords: 1,
      });
    });

    it('should count a report sent twice once, and say where its newest record is', async () => {
      const report = [domainRecord(1), domainRecord(2)];
      await store.append(task.id, report, '');
      await store.append(task.id, [domainRecord(3)], '');
      expect(await store.append(task.id, report, '')).toEqual({
        accepted: 0,
        duplicates: 2,
        lastSequence: 2,
        totalRecords: 3,
      });
    });

    it('should keep the first of two records with one key, within a call too', async () => {
      const first = domainRecord(1);
      const second = domainRecord(2, { idempotencyKey: first.idempotencyKey });
      const result = await store.append(task.id, [first, second, domainRecord(3)], '');
      expect(result).toEqual({ accepted: 2, duplicates: 1, lastSequence: 2, totalRecords: 2 });
      const kept = await store.read(0, 10);
      expect(kept.map(({ record }) => record)).toEqual([first, domainRecord(3)]);
    });

    it('should fill in what a held record lacks, and change nothing else of it', async () => {
      const { transformSteps, loopNest } = domainRecord(1).program;
      const bare = domainRecord(1, { program: { loopNest: '', transformSteps } });
      const loweredFeatures = new Float32Array(164).fill(0.5);
      await store.append(task.id, [bare, domainRecord(2)], '');
      const withNest = domainRecord(1, {
        program: { loopNest, transformSteps },
        costsSeconds: [9],
        recordLine: 'another',
      });
      const withRows = domainRecord(1, {
        program: { loopNest: 'another', transformSteps, loweredFeatures },
      });
      const filled = await store.append(task.id, [withNest, withRows], '');
      expect(filled).toEqual({ accepted: 0, duplicates: 2, lastSequence: 3, totalRecords: 2 });
      // At the end, for who has read on to it before.
      expect(await store.read(0, 10)).toEqual([
        { task, sequence: 2, record: domainRecord(2) },
        {
          task,
          sequence: 3,
          record: { ...bare, program: { loopNest, transformSteps, loweredFeatures } },
        },
      ]);
      expect(await store.lastSequence()).toBe(3);
    });

    it('should leave a record where it is that is given again with nothing new', async () => {
      await store.append(task.id, [domainRecord(1), domainRecord(2)], '');
      await store.append(task.id, [domainRecord(1)], '');
      expect((await store.read(0, 10)).map(({ sequence }) => sequence)).toEqual([1, 2]);
    });

    it('should keep source and time of a record that is filled in', async () => {
      const { transformSteps } = domainRecord(1).program;
      const bare = domainRecord(1, { program: { loopNest: '', transformSteps } });
      await store.append(task.id, [bare], 'first');
      const [before] = await store.readRecords({}, 0, 1);
      await store.append(task.id, [domainRecord(1)], 'second');
      const after = await store.readRecords({}, 0, 10);
      expect(after).toEqual([{ ...before, sequence: 2, record: domainRecord(1) }]);
      expect(after[0]?.source).toBe('first');
    });

    it('should fill in what the first record of a key lacks within one call', async () => {
      const { transformSteps } = domainRecord(1).program;
      const bare = domainRecord(1, { program: { loopNest: '', transformSteps } });
      await store.append(task.id, [bare, domainRecord(1)], '');
      expect((await store.read(0, 10)).map(({ record }) => record)).toEqual([domainRecord(1)]);
    });

    it('should take nothing from another program under a held key', async () => {
      const bare = domainRecord(1, { program: { loopNest: '', transformSteps: '[[1]]' } });
      const other = domainRecord(1, { program: { loopNest: 'nest', transformSteps: '[[2]]' } });
      await store.append(task.id, [bare], '');
      await store.append(task.id, [other], '');
      expect((await store.read(0, 10)).map(({ record }) => record)).toEqual([bare]);
    });

    it('should hold more records than one statement carries', async () => {
      const many = Array.from({ length: 1203 }, (_, i) => domainRecord(i + 1));
      const overlapping = many.concat(domainRecord(1204));
      expect((await store.append(task.id, many, '')).accepted).toBe(1203);
      expect(await store.append(task.id, overlapping, '')).toEqual({
        accepted: 1,
        duplicates: 1203,
        lastSequence: 1204,
        totalRecords: 1204,
      });
    });

    it.each([
      ['an empty key', { idempotencyKey: '' }, /records\[1\]\.idempotency_key is empty/],
      ['an infinite cost', { costsSeconds: [Number.POSITIVE_INFINITY] }, /costs_seconds\[0\]/],
      ['a zero character', { recordLine: 'a\0' }, /records\[1\]\.record_line has a zero character/],
      ['an error number of 64 bits', { errorNumber: 2 ** 31 }, /error_number is 2147483648/],
      ['a time that is no number', { timestampSeconds: Number.NaN }, /timestamp_seconds is NaN/],
      [
        'a lowered feature that is no number',
        { program: { loopNest: 'B', transformSteps: '', loweredFeatures: brokenRow() } },
        /records\[1\]\.program\.lowered_features\[3\] is NaN/,
      ],
    ])('should keep nothing of a report with %s', async (_what, overrides, message) => {
      const report = [domainRecord(1), domainRecord(2, overrides)];
      await expectError(() => store.append(task.id, report, ''), Code.InvalidArgument, message);
      expect(await store.countRecords()).toBe(0);
    });

    it.each([
      ['a'.repeat(1025), /^source has 1025 characters, at most 1024/],
      ['a\0', /^source has a zero character at 1/],
    ])('should refuse a source that is no name', (source, message) =>
      expectError(() => store.append(task.id, [], source), Code.InvalidArgument, message),
    );

    it('should give overlapping appends sequences of their own', async () => {
      const appends = Array.from({ length: 8 }, (_, i) =>
        store.append(task.id, [domainRecord(2 * i + 1), domainRecord(2 * i + 2)], ''),
      );
      await Promise.all(appends);
      const records = await store.read(0, 100);
      expect(records.map((record) => record.sequence)).toEqual(
        Array.from({ length: 16 }, (_, i) => i + 1),
      );
      expect(new Set(records.map(({ record }) => record.idempotencyKey)).size).toBe(16);
    });
  });

  describe('read()', () => {
    const failed = domainRecord(2, {
      costsSeconds: [1e10],
      errorNumber: 4,
      errorMessage: 'timeout: "slow"\n',
      program: { loopNest: '', transformSteps: '[["SP",2,0,512,[4,2,16],1]]' },
    });

    beforeEach(async () => {
      await store.putTask(task);
      await store.append(task.id, [domainRecord(1), failed, domainRecord(3)], 'tuner');
    });

    it('should give records and their tasks back as they were, failed ones too', async () => {
      expect(await store.read(0, 10)).toEqual([
        { task, record: domainRecord(1), sequence: 1 },
        { task, record: failed, sequence: 2 },
        { task, record: domainRecord(3), sequence: 3 },
      ]);
    });

    it('should tell absent, empty and some lowered features apart, to the last bit', async () => {
      const { loopNest, transformSteps } = domainRecord(1).program;
      const rows = Float32Array.from({ length: 2 * 164 }, (_, i) => Math.sqrt(i) - 3);
      const withRows = (number: number, loweredFeatures: Float32Array) =>
        domainRecord(number, { program: { loopNest, transformSteps, loweredFeatures } });
      const records = [withRows(4, rows), withRows(5, new Float32Array(0)), domainRecord(6)];
      await store.append(task.id, records, '');
      const kept = (await store.read(3, 10)).map(({ record }) => record);
      expect(kept).toEqual(records);
      expect(kept.map(({ program }) => 'loweredFeatures' in program)).toEqual([true, true, false]);
    });

    it('should begin after the given sequence and end at the limit', async () => {
      expect((await store.read(1, 1)).map((record) => record.sequence)).toEqual([2]);
      expect(await store.read(3, 10)).toEqual([]);
    });

    it('should go on after a restart with records and sequences', async () => {
      if (reopen === undefined) return;
      store = await reopen();
      expect(await store.countRecords()).toBe(3);
      expect(await store.getTask(task.id)).toEqual(task);
      const next = await store.append(task.id, [domainRecord(1), domainRecord(4)], 'tuner');
      expect(next).toEqual({ accepted: 1, duplicates: 1, lastSequence: 4, totalRecords: 4 });
    });
  });

  describe('dispose()', () => {
    it('should finish what is under way and refuse what comes later', async () => {
      await store.putTask(task);
      const underWay = store.append(task.id, [domainRecord(1)], '');
      const disposed = store.dispose();
      expect((await underWay).accepted).toBe(1);
      await disposed;
      await expectError(() => store.countRecords(), Code.Unavailable, /closed/);
    });
  });

  logTaskContract(() => store);
  recordQueriesContract(() => store);
}
