import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Database from 'libsql';
import { numberedLine } from '../support/log-lines';
import { runCommandProcess } from '../support/run-command-process';
import { spawnCommand } from '../support/spawn-server';
import { useTemporaryFolder } from '../support/temporary-folder';

const LINES = 20_000;
/** Records of some transactions: the import is well under way then, and far from its end. */
const KILLED_AFTER = 4_000;

/** Records in the file of a store that another process may have open. */
function storedRecords(path: string): number {
  if (!existsSync(path)) return 0;
  const database = new Database(path, { readonly: true, timeout: 1000 });
  try {
    return (database.prepare('select count(*) as n from records').get() as { n: number }).n;
  } catch {
    return 0; // the tables are not there yet
  } finally {
    database.close();
  }
}

describe('an import that is killed', () => {
  const folder = useTemporaryFolder();

  it.each([
    ['a plain log', (text: string) => Buffer.from(text)],
    ['a packed log', (text: string) => gzipSync(text)],
  ])(
    'should go on where it was, and double nothing, in %s',
    async (_what, pack) => {
      const log = join(folder.path, 'long.json');
      const store = join(folder.path, 'records.sqlite');
      const lines = Array.from({ length: LINES }, (_, index) => numberedLine(index + 1));
      await writeFile(log, pack(lines.join('\n')));
      const args = ['records', 'import', '--device', 'cpu', '--store', store, '--json', log];

      const child = spawnCommand(args);
      const ended = once(child, 'exit');
      while (child.exitCode === null && storedRecords(store) < KILLED_AFTER) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      child.kill('SIGKILL');
      expect(await ended).toEqual([null, 'SIGKILL']);
      const before = storedRecords(store);
      expect(before).toBeGreaterThanOrEqual(KILLED_AFTER);
      expect(before).toBeLessThan(LINES);

      const { code, json } = await runCommandProcess(args);
      expect(code).toBe(0);
      expect(json[0]).toMatchObject({
        event: 'log',
        resumedAfterLine: before,
        records: LINES - before,
        accepted: LINES - before,
        duplicates: 0,
      });
      expect(storedRecords(store)).toBe(LINES);
      expect((await runCommandProcess(args)).json[0]).toMatchObject({ wasComplete: true });
    },
    180_000,
  );
});
