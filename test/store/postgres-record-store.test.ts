import { systemClock } from '../../src/base';
import { Code } from '../../src/errors';
import { createLogTask, measurementKey } from '../../src/program';
import { openPostgresRecordStore, type RecordStore } from '../../src/store';
import { recordStoreContract } from '../contracts/record-store.contract';
import { domainRecord, domainTask } from '../support/domain-samples';
import { errorOf, expectError } from '../support/expect-error';
import {
  describeWithPostgres,
  POSTGRES_PASSWORD,
  PostgresServer,
} from '../support/postgres-server';

describeWithPostgres('openPostgresRecordStore()', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.dispose());

  const open = (database: string): Promise<RecordStore> =>
    openPostgresRecordStore({
      url: server.urlWithPassword(database),
      name: `postgres://somebody@/${database}`,
      clock: systemClock,
    });

  describe('as a RecordStore', () => {
    recordStoreContract(async () => {
      const database = await server.createDatabase();
      const store = await open(database);
      const reopen = async () => {
        await store.dispose();
        return open(database);
      };
      return { store, reopen };
    });
  });

  it('should be open to several servers at once, that start at once', async () => {
    const database = await server.createDatabase();
    const stores = await Promise.all([open(database), open(database), open(database)]);
    const task = domainTask();
    await Promise.all(stores.map((store) => store.putTask(task)));
    await Promise.all(
      stores.flatMap((store, i) =>
        Array.from({ length: 20 }, (_, k) => store.append(task.id, [domainRecord(k + i)], '')),
      ),
    );
    // Records 0 to 21, most of them sent by all three.
    const kept = await Promise.all(stores.map((store) => store.read(0, 100)));
    expect(kept[0]).toHaveLength(22);
    expect(kept[1]).toEqual(kept[0]);
    expect(kept[2]).toEqual(kept[0]);
    await Promise.all(stores.map((store) => store.dispose()));
  });

  it('should show sequences in their order to who reads on while others append', async () => {
    const database = await server.createDatabase();
    const stores = await Promise.all([open(database), open(database), open(database)]);
    const task = domainTask();
    await stores[0]?.putTask(task);
    let isDone = false;
    const appended = Promise.all(
      stores.map(async (store, writer) => {
        for (let k = 0; k < 60; k += 1) {
          await store.append(task.id, [domainRecord(writer * 1000 + k)], '');
        }
      }),
    ).finally(() => {
      isDone = true;
    });
    // Reads as a learner does: never looks back.
    const reader = await open(database);
    const seen: number[] = [];
    for (let isLast = false; ; ) {
      const page = await reader.read(seen.at(-1) ?? 0, 7);
      seen.push(...page.map(({ sequence }) => sequence));
      if (page.length > 0) continue;
      if (isLast) break;
      isLast = isDone;
    }
    await appended;
    expect(seen).toHaveLength(180);
    await Promise.all([...stores, reader].map((store) => store.dispose()));
  });

  it('should take over what other servers append under a log task meanwhile', async () => {
    const database = await server.createDatabase();
    const [one, two] = await Promise.all([open(database), open(database)]);
    const task = domainTask();
    const { workloadKey, target, hardwareParams, device } = task;
    const fields = { workloadKey, target, hardwareParams, deviceName: device.name };
    const logId = await one.putLogTask(createLogTask(fields));
    const appended = async (): Promise<void> => {
      for (let k = 0; k < 40; k += 1) {
        const { recordLine } = domainRecord(k);
        const idempotencyKey = measurementKey(logId, recordLine);
        await two.append(logId, [domainRecord(k, { idempotencyKey })], 'log');
        if (k === 10) adopted = one.putTask(task);
      }
    };
    let adopted: Promise<void> | undefined;
    await appended();
    await adopted;
    const kept = (await one.read(0, 100)).map(({ record }) => record);
    const keys = Array.from({ length: 40 }, (_, k) =>
      measurementKey(task.id, domainRecord(k).recordLine),
    );
    expect(kept.map((record) => record.idempotencyKey).sort()).toEqual(keys.sort());
    expect(await two.countRecords()).toBe(40);
    await Promise.all([one.dispose(), two.dispose()]);
  });

  it('should wait for the disk although the database is set not to', async () => {
    const database = await server.createDatabase();
    await server.query(database, `alter database ${database} set synchronous_commit = off`);
    await server.query(
      database,
      `create table seen (setting text);
      create function note() returns trigger language plpgsql as $$ begin
        insert into seen values (current_setting('synchronous_commit')); return new; end $$`,
    );
    const store = await open(database);
    await server.query(
      database,
      'create trigger noting before insert on records for each row execute function note()',
    );
    await store.putTask(domainTask());
    await store.append(domainTask().id, [domainRecord(1)], '');
    expect(await server.query(database, 'select setting from seen')).toEqual([{ setting: 'on' }]);
    await store.dispose();
  });

  it('should be UNAVAILABLE while the database is away, and go on when it is back', async () => {
    const database = await server.createDatabase();
    const store = await open(database);
    await store.putTask(domainTask());
    await store.append(domainTask().id, [domainRecord(1)], '');
    await server.end('SIGQUIT');
    const append = () => store.append(domainTask().id, [domainRecord(2)], '');
    const error = await errorOf(append);
    expect(Code[error.code]).toBe('Unavailable');
    expect(error.rawMessage).toMatch(/^record store "postgres:\/\/somebody@\/store_\d+": /);
    await expectError(() => open(database), Code.Unavailable, /^record store "postgres:/);
    await server.launch();
    expect(await append()).toMatchObject({ accepted: 1, totalRecords: 2 });
    await store.dispose();
  });

  it('should say so where the password is wrong, without any password', async () => {
    const url = server.urlOf('postgres').replace('@', ':wrong-one@');
    const opening = () => openPostgresRecordStore({ url, name: 'pg', clock: systemClock });
    const error = await errorOf(opening);
    expect(Code[error.code]).toBe('PermissionDenied');
    expect(error.rawMessage).toMatch(/^record store "pg": password authentication failed/);
    expect(JSON.stringify([error, error.message, error.details])).not.toMatch(/wrong-one/);
    expect(error.message).not.toContain(POSTGRES_PASSWORD);
  });

  it('should say so where there is no such database', () =>
    expectError(
      () => open('nowhere'),
      Code.FailedPrecondition,
      /^record store "postgres:\/\/somebody@\/nowhere": database "nowhere" does not exist/,
    ));

  it('should leave no connection behind', async () => {
    const database = await server.createDatabase();
    const store = await open(database);
    await Promise.all([1, 2, 3].map(() => store.stats({})));
    await store.dispose();
    const connections = `select count(*)::int as open from pg_stat_activity where datname = '${database}'`;
    // The server notices a moment later.
    for (let open = 1; open > 0; ) {
      const [row] = await server.query('postgres', connections);
      open = row?.open as number;
    }
  });
});
