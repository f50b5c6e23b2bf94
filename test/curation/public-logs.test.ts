import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWithPublicLogs, PUBLIC_DEVICES, PUBLIC_LOGS } from '../support/public-logs';
import { runCommandProcess } from '../support/run-command-process';
import { useTemporaryFolder } from '../support/temporary-folder';

const MOST_BYTES = 500e6;

describeWithPublicLogs('import of the public logs', () => {
  const folder = useTemporaryFolder();

  it('should store all of them in bounded memory', async () => {
    const store = join(folder.path, 'records.sqlite');
    const peakFile = join(folder.path, 'peak');
    const started = performance.now();
    const imported = await runCommandProcess(
      ['records', 'import', '--device-from-folder', '--store', store, '--json', PUBLIC_LOGS],
      {
        NODE_OPTIONS: `--require=${join(__dirname, '..', 'support', 'print-peak-memory.cjs')}`,
        CDMPP_TEST_PEAK_MEMORY_FILE: peakFile,
      },
    );
    const seconds = (performance.now() - started) / 1000;
    expect(imported).toMatchObject({ code: 0, stderr: expect.not.stringContaining('cdmpp:') });
    const totals = imported.json.at(-1);
    expect(totals).toMatchObject({
      event: 'imported',
      logs: 229,
      lines: 171_918,
      records: 171_918,
      valid: 168_846,
      failed: 171_918 - 168_846,
      broken: 0,
    });
    const peakBytes = Number(await readFile(peakFile, 'utf8'));
    expect(peakBytes).toBeGreaterThan(10e6);
    expect(peakBytes).toBeLessThan(MOST_BYTES);
    const rate = Math.round(171_918 / seconds);
    console.info(`${rate} lines/s, ${Math.round(peakBytes / 1e6)} MB at most`);

    const stats = await runCommandProcess(['records', 'stats', '--store', store, '--json']);
    expect(stats.json[0]).toMatchObject({
      total: { records: totals?.accepted },
      devices: PUBLIC_DEVICES.map((name) => ({ name })),
    });
  }, 180_000);
});
