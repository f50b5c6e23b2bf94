import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Database from 'libsql';
import { systemClock } from '../../src/base';
import { Code } from '../../src/errors';
import { createLogTask } from '../../src/program';
import { openSqliteRecordStore } from '../../src/store';
import { recordStoreContract } from '../contracts/record-store.contract';
import { domainRecord, domainTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';
import { makeOldStore } from '../support/old-store';
import { useTemporaryFolder } from '../support/temporary-folder';

describe('openSqliteRecordStore()', () => {
  const folder = useTemporaryFolder();
  const path = () => join(folder.path, 'data', 'records.sqlite');
  const open = () => openSqliteRecordStore({ path: path(), clock: systemClock });

  describe('as a RecordStore', () => {
    recordStoreContract(async () => {
      const store = await open();
      const reopen = async () => {
        await store.dispose();
        return open();
      };
      return { store, reopen };
    });
  });

  it('should refuse a store that is open already, and take it once it is closed', async () => {
    const first = await open();
    await expectError(
      open,
      Code.FailedPrecondition,
      /records\.sqlite" is in use by another server/,
    );
    await first.putTask(domainTask());
    await first.dispose();
    const second = await open();
    expect(await second.getTask(domainTask().id)).toEqual(domainTask());
    await second.dispose();
  });

  describe.each([1, 2] as const)('on a store of schema %p', (schema) => {
    const other = domainTask(16);
    beforeEach(() =>
      makeOldStore(path(), schema, [
        { task: domainTask(), numbers: [1, 2] },
        { task: other, numbers: [3] },
      ]),
    );

    it('should keep everything, and everything new from then on', async () => {
      const store = await open();
      const bare = { ...domainTask(), networks: [] };
      const kept = [
        { task: bare, record: domainRecord(1), sequence: 1 },
        { task: bare, record: domainRecord(2), sequence: 2 },
        { task: { ...other, networks: [] }, record: domainRecord(3), sequence: 3 },
      ];
      expect(await store.read(0, 10)).toEqual(kept);
      expect(await store.countRecords()).toBe(3);
      expect(await store.lastSequence()).toBe(3);
      const { loopNest, transformSteps } = domainRecord(4).program;
      const program = { loopNest, transformSteps, loweredFeatures: new Float32Array(164).fill(2) };
      const fourth = domainRecord(4, { program });
      expect(await store.append(other.id, [domainRecord(3), fourth], '')).toEqual({
        accepted: 1,
        duplicates: 1,
        lastSequence: 4,
        totalRecords: 4,
      });
      expect((await store.read(3, 10)).map(({ record }) => record)).toEqual([fourth]);
      expect(await store.stats({})).toMatchObject({ total: { tasks: 2, logTasks: 0, records: 4 } });
      await store.dispose();
    });

    it('should know its tasks by their logs', async () => {
      const store = await open();
      const { workloadKey, target, hardwareParams, device } = other;
      const fields = { workloadKey, target, hardwareParams, deviceName: device.name };
      expect(await store.putLogTask(createLogTask(fields))).toBe(other.id);
      await store.dispose();
    });
  });

  it('should know how far imports had come before broken lines were counted', async () => {
    await (await open()).dispose();
    const old = new Database(path());
    // Schema 3.
    old.exec(`
      delete from kysely_migration where name = '0004-broken-lines';
      alter table imports drop column broken;
      alter table imports drop column broken_lines;
      insert into imports (file_hash, lines_done, is_complete, updated_seconds) values ('f1', 5, 1, 1.5);
    `);
    old.close();
    const store = await open();
    expect(await store.importMark('f1')).toEqual({
      fileHash: 'f1',
      linesDone: 5,
      broken: 0,
      brokenLines: [],
      isComplete: true,
    });
    await store.dispose();
  });

  it('should leave the store readable to other tools', async () => {
    const store = await open();
    await store.putTask(domainTask());
    await store.append(domainTask().id, [domainRecord(3), domainRecord(4)], 'tuner-7');
    const reader = new Database(path(), { readonly: true });
    const sql =
      'select device_name, latency_seconds, source from records join tasks on id = task_id';
    expect(reader.prepare(sql).all()).toEqual([
      { device_name: 'local', latency_seconds: (0.003 + 0.006) / 2, source: 'tuner-7' },
      { device_name: 'local', latency_seconds: (0.004 + 0.008) / 2, source: 'tuner-7' },
    ]);
    reader.close();
    await store.dispose();
  });

  it('should say so where the file is no database', async () => {
    const text = join(folder.path, 'records.sqlite');
    await writeFile(text, 'x'.repeat(8192));
    const opening = () => openSqliteRecordStore({ path: text, clock: systemClock });
    await expectError(opening, Code.DataLoss, /records\.sqlite".*not a database/);
    // The failed opening must not keep the lock.
    await expectError(opening, Code.DataLoss, /not a database/);
  });

  it('should hold every acknowledged record, once, after a SIGKILL', async () => {
    const writer = spawn(
      process.execPath,
      [join(__dirname, '..', 'support', 'appending-process.js'), path()],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let acknowledged = 0;
    for await (const line of createInterface({ input: writer.stdout })) {
      acknowledged = Number(line);
      if (acknowledged === 300) writer.kill('SIGKILL');
    }
    if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
    expect(writer.signalCode).toBe('SIGKILL');

    const store = await open();
    const records = await store.read(0, 100_000);
    expect(records.length).toBeGreaterThanOrEqual(acknowledged);
    expect(records.map(({ record }) => record.idempotencyKey)).toEqual(
      records.map((_, i) => `key-${i + 1}`),
    );
    expect(records.map((record) => record.sequence)).toEqual(records.map((_, i) => i + 1));
    // What was sent and never acknowledged is there whole (reports of 3) or not at all.
    expect(records.length % 3).toBe(0);
    await store.dispose();
  });

  it('should import and read more than fits into memory', () => {
    // 80 MB of records through a heap of 40.
    const script = join(__dirname, '..', 'support', 'importing-process.js');
    const printed = execFileSync(
      process.execPath,
      ['--max-old-space-size=40', script, path(), '40000'],
      { encoding: 'utf8' },
    );
    expect(printed).toBe('40000\n');
  });
});
