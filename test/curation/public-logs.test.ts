import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { findLogs } from '../../src/curation/find-logs';
import { describeWithPublicLogs, PUBLIC_DEVICES, PUBLIC_LOGS } from '../support/public-logs';
import { runCommandProcess } from '../support/run-command-process';
import { useTemporaryFolder } from '../support/temporary-folder';

const MOST_BYTES = 500e6;

/** Lines of the public logs, each counted once a device: counted without our reader. */
async function countDistinctLines(): Promise<number> {
  const seen = new Set<string>();
  for (const { path } of await findLogs(PUBLIC_LOGS)) {
    const bytes = await readFile(path);
    const text = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('utf8');
    const device = deviceOf(path);
    for (const line of text.split('\n')) {
      const bare = line.trim();
      if (bare === '') continue;
      seen.add(createHash('sha256').update(`${device}\n${bare}`).digest('base64'));
    }
  }
  return seen.size;
}

/** The first folder below the root; findLogs gives real paths. */
function deviceOf(path: string): string {
  const names = PUBLIC_DEVICES.filter((name) => path.split('/').includes(name));
  if (names.length !== 1) throw new Error(`${path} is of ${names.length} devices`);
  return names[0] as string;
}

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
    const distinct = await countDistinctLines();
    expect(distinct).toBeLessThanOrEqual(171_918);
    expect(imported.json.at(-1)).toMatchObject({
      event: 'imported',
      logs: 229,
      lines: 171_918,
      records: 171_918,
      valid: 168_846,
      failed: 171_918 - 168_846,
      accepted: distinct,
      duplicates: 171_918 - distinct,
      broken: 0,
    });
    const peakBytes = Number(await readFile(peakFile, 'utf8'));
    expect(peakBytes).toBeGreaterThan(10e6);
    expect(peakBytes).toBeLessThan(MOST_BYTES);
    const rate = Math.round(171_918 / seconds);
    console.info(`${rate} lines/s, ${Math.round(peakBytes / 1e6)} MB at most`);

    const stats = await runCommandProcess(['records', 'stats', '--store', store, '--json']);
    expect(stats.json[0]).toMatchObject({
      total: { records: distinct },
      devices: PUBLIC_DEVICES.map((name) => ({ name })),
    });
  }, 180_000);
});
