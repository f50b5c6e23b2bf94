import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Database from 'libsql';
import { systemClock } from '../../src/base';
import { Code } from '../../src/errors';
import { openSqliteRecordStore } from '../../src/store';
import { recordStoreContract } from '../contracts/record-store.contract';
import { domainRecord, domainTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';
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

  it('should open a store from before lowered features, and keep them from then on', async () => {
    const first = await open();
    await first.putTask(domainTask());
    await first.append(domainTask().id, [domainRecord(1)], '');
    await first.dispose();
    const old = new Database(path());
    old.exec('alter table records drop column lowered_features');
    old.exec("delete from kysely_migration where name = '0002-lowered-features'");
    old.close();

    const store = await open();
    const { loopNest, transformSteps } = domainRecord(2).program;
    const program = { loopNest, transformSteps, loweredFeatures: new Float32Array(164).fill(2) };
    await store.append(domainTask().id, [domainRecord(2, { program })], '');
    const kept = await store.read(0, 10);
    expect(kept.map(({ record }) => record)).toEqual([
      domainRecord(1),
      domainRecord(2, { program }),
    ]);
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
});
