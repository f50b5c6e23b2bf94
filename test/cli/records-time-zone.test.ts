import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { numberedLine } from '../support/log-lines';
import { runCommandProcess } from '../support/run-command-process';
import { useTemporaryFolder } from '../support/temporary-folder';

describe('cdmpp records in another time zone', () => {
  const folder = useTemporaryFolder();
  // A process has the time zone that it was started with.
  const environment = { TZ: 'America/New_York' };

  it('should take a time of day for UTC, as it shows times', async () => {
    const store = ['--store', join(folder.path, 'records.sqlite'), '--json'];
    const log = join(folder.path, 'a.json');
    // 22:13:21 to 22:13:24 UTC.
    await writeFile(log, [1, 2, 3, 4].map((number) => `${numberedLine(number)}\n`).join(''));
    await runCommandProcess(['records', 'import', '--device', 'cpu', ...store, log], environment);
    const since = ['--since', '2023-11-14T22:13:23'];
    const { json } = await runCommandProcess(
      ['records', 'list', '--records', ...since, ...store],
      environment,
    );
    expect(json.map(({ measuredSeconds }) => measuredSeconds)).toEqual([
      1_700_000_003, 1_700_000_004,
    ]);
  });
});
