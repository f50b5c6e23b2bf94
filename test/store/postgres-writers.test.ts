import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '../../src/base';
import { openPostgresRecordStore } from '../../src/store';
import { describeWithPostgres, PostgresServer } from '../support/postgres-server';

const WRITERS = 8;
const RECORDS = 10_000;
const SCRIPT = join(__dirname, '..', 'support', 'writing-process.js');
const TIMEOUT_MS = 300_000;

describeWithPostgres('a PostgreSQL store with eight writers', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.dispose());

  it(
    'should lose and double nothing where writers are killed, and the database too',
    async () => {
      const url = server.urlWithPassword(await server.createDatabase());
      let acknowledged = 0;
      /** What is left is sent by the next process of this writer. */
      const write = async (writer: number, kills: readonly number[]): Promise<void> => {
        let next = writer;
        for (let restarts = 0; next <= RECORDS; restarts += 1) {
          const args = [SCRIPT, url, ...[next, WRITERS, RECORDS].map(String)];
          const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
          for await (const line of createInterface({ input: child.stdout })) {
            next = Number(line) + WRITERS;
            acknowledged += 1;
            if (Number(line) >= (kills[restarts] ?? Number.POSITIVE_INFINITY))
              child.kill('SIGKILL');
          }
          if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
          if (child.exitCode !== null && child.exitCode !== 0) throw new Error('a writer failed');
        }
      };
      const loseDatabase = async (): Promise<void> => {
        while (acknowledged < RECORDS / 2) await new Promise((resolve) => setTimeout(resolve, 20));
        await server.end('SIGQUIT');
        await server.launch();
      };
      await Promise.all([
        ...Array.from({ length: WRITERS }, (_, i) => write(i + 1, i < 4 ? [(i + 2) * 1000] : [])),
        loseDatabase(),
      ]);

      const store = await openPostgresRecordStore({ url, name: 'shared', clock: systemClock });
      const kept = await store.read(0, 2 * RECORDS);
      const numbers = kept.map(({ record }) => Number(record.idempotencyKey.slice('key-'.length)));
      expect(numbers.sort((a, b) => a - b)).toEqual(
        Array.from({ length: RECORDS }, (_, i) => i + 1),
      );
      expect(await store.countRecords()).toBe(RECORDS);
      await store.dispose();
    },
    TIMEOUT_MS,
  );
});
