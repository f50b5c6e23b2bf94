import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCostModelClient } from '../../src/client';
import { domainRecord, domainTask } from '../support/domain-samples';
import {
  describeWithPostgres,
  POSTGRES_PASSWORD,
  PostgresServer,
} from '../support/postgres-server';
import { spawnCommand, spawnServer } from '../support/spawn-server';
import { useTemporaryFolder } from '../support/temporary-folder';

const TIMEOUT_MS = 120_000;

describeWithPostgres('cdmpp serve --store postgres://…', () => {
  const folder = useTemporaryFolder();
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await PostgresServer.start();
  });
  afterAll(() => postgres.dispose());

  it(
    'should share tasks and records between servers, each with models of its own',
    async () => {
      const passwordFile = join(folder.path, 'password');
      writeFileSync(passwordFile, `${POSTGRES_PASSWORD}\n`);
      const store = postgres.urlOf(await postgres.createDatabase());
      const args = ['--store', store, '--store-password-file', passwordFile, '--frozen'];
      const dataDirOf = (name: string) => ['--data-dir', join(folder.path, name)];
      const servers = await Promise.all([
        spawnServer(...args, ...dataDirOf('one'), '--log-level', 'debug'),
        spawnServer(...args, ...dataDirOf('two'), '--log-level', 'debug'),
      ]);
      try {
        const clients = servers.map(({ address }) => createCostModelClient({ address }));
        const { taskId } = (await clients[0]?.registerTask(domainTask())) ?? { taskId: '' };
        const report = (...numbers: number[]) => ({
          task: taskId,
          records: numbers.map((number) => domainRecord(number)),
          tunerId: 'tuner',
        });
        expect(await clients[1]?.report(report(1, 2))).toMatchObject({ accepted: 2 });
        expect(await clients[0]?.report(report(2, 3))).toEqual({
          accepted: 1,
          duplicates: 1,
          lastSequence: 3,
          totalRecords: 3,
        });
        for (const client of clients) client.dispose();

        const third = spawnCommand([
          'serve',
          '--address',
          '127.0.0.1:0',
          ...args,
          ...dataDirOf('one'),
        ]);
        const complaints: string[] = [];
        third.stderr.on('data', (data) => complaints.push(String(data)));
        expect(await once(third, 'exit')).toEqual([1, null]);
        expect(complaints.join('')).toMatch(/data directory ".*one" is in use by another server/);
      } finally {
        const ends = await Promise.all(servers.map((server) => server.stop('SIGTERM')));
        expect(ends).toEqual([
          { code: 0, signal: null },
          { code: 0, signal: null },
        ]);
      }
      const printed = servers.map(({ output }) => output()).join('');
      expect(printed).toContain('"store":"postgres://cdmpp-test@/store_1"');
      expect(printed).not.toContain(POSTGRES_PASSWORD);
      expect(printed).not.toContain(encodeURIComponent(POSTGRES_PASSWORD));
    },
    TIMEOUT_MS,
  );
});
