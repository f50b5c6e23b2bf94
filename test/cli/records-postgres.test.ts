import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failedLine, numberedLine } from '../support/log-lines';
import {
  describeWithPostgres,
  POSTGRES_PASSWORD,
  PostgresServer,
} from '../support/postgres-server';
import { runCommandProcess } from '../support/run-command-process';
import { useTemporaryFolder } from '../support/temporary-folder';

describeWithPostgres('cdmpp records over PostgreSQL', () => {
  const folder = useTemporaryFolder();
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.dispose());

  it('should import, count, export and remove', async () => {
    const environment = { CDMPP_STORE: server.urlWithPassword(await server.createDatabase()) };
    const outputs: string[] = [];
    const run = async (...args: string[]) => {
      const outcome = await runCommandProcess(['records', ...args, '--json'], environment);
      outputs.push(outcome.stdout, outcome.stderr);
      expect(outcome).toMatchObject({ code: 0 });
      return outcome.json;
    };
    const path = (name: string) => join(folder.path, name);
    // More than one transaction.
    const lines = Array.from({ length: 3000 }, (_, index) => numberedLine(index + 1));
    const text = `${[...lines, failedLine(4000)].join('\n')}\n`;
    writeFileSync(path('log.json'), text);

    const imported = await run('import', '--device', 'v100', path('log.json'));
    expect(imported.at(-1)).toMatchObject({ accepted: 3001, valid: 3000, failed: 1 });
    const again = await run('import', '--device', 'v100', '--again', path('log.json'));
    expect(again.at(-1)).toMatchObject({ accepted: 0, duplicates: 3001 });
    expect(await run('stats')).toMatchObject([
      { total: { records: 3001, validRecords: 3000, programs: 3001 }, devices: [{ name: 'v100' }] },
    ]);
    await run('export', path('out.json'));
    expect(readFileSync(path('out.json'), 'utf8')).toBe(text);
    expect(await run('prune', '--keep-best', '10', '--yes')).toEqual([
      { event: 'pruned', records: 2991, tasks: 1 },
    ]);
    expect(outputs.join('\n')).not.toContain(encodeURIComponent(POSTGRES_PASSWORD));
  }, 180_000);
});
