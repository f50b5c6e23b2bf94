import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Manifest, readManifest, writeManifest } from '../../src/accuracy/manifest';
import { readPredictions, writePredictions } from '../../src/accuracy/predictions';
import { Code } from '../../src/errors';
import { expectError } from '../support/expect-error';
import { useTemporaryFolder } from '../support/temporary-folder';

const manifest: Manifest = {
  head: { protocol: 'task', fold: 'k80/fold-1', about: { splitSeed: 1 } },
  // More lines than are written at once.
  lines: Array.from({ length: 1500 }, (_, index) => ({
    sequence: index + 1,
    taskId: `task-${index % 7}`,
    device: 'k80',
    latencySeconds: 1e-3 / (index + 1),
    side: index % 2 === 0 ? ('train' as const) : ('test' as const),
    isElsewhere: index % 3 === 0,
  })),
};

describe('a manifest', () => {
  const folder = useTemporaryFolder();

  it('should come back as it was written, its folder made', async () => {
    const path = join(folder.path, 'task', 'k80', 'manifest.jsonl.gz');
    await writeManifest(path, manifest);
    expect(await readManifest(path)).toEqual(manifest);
  });

  it('should be lines of JSON for other readers', async () => {
    const path = join(folder.path, 'manifest.jsonl.gz');
    await writeManifest(path, manifest);
    const lines = gunzipSync(await readFile(path))
      .toString('utf8')
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(1501);
    expect(JSON.parse(lines[0] as string).format).toBe('cdmpp-manifest/1');
    expect(JSON.parse(lines[1] as string)).toEqual(manifest.lines[0]);
  });

  it('should say which line is wrong, and which file is not there', async () => {
    const path = join(folder.path, 'manifest.jsonl.gz');
    await writeManifest(path, manifest);
    const text = gunzipSync(await readFile(path)).toString('utf8');
    await writeFile(path, gzipSync(text.replace('"side":"test"', '"side":"both"')));
    await expectError(() => readManifest(path), Code.DataLoss, /line 3: side/);
    await writeFile(path, gzipSync(''));
    await expectError(() => readManifest(path), Code.DataLoss, /line 1/);
    await writeFile(path, 'no gzip');
    await expectError(() => readManifest(path), Code.DataLoss, /is damaged/);
    const none = join(folder.path, 'none.jsonl.gz');
    await expectError(() => readManifest(none), Code.NotFound, /none\.jsonl\.gz/);
  });
});

describe('predictions', () => {
  const folder = useTemporaryFolder();

  it('should come back by sequence, without deviation where none was told', async () => {
    const path = join(folder.path, 'predictions.jsonl.gz');
    const lines = [
      { sequence: 4, seconds: 1e-3, deviation: 0.2 },
      { sequence: 2, seconds: 2e-3, deviation: 0 },
    ];
    await writePredictions(path, lines);
    expect([...(await readPredictions(path))]).toEqual(lines.map((line) => [line.sequence, line]));
    await writeFile(path, gzipSync('{"sequence":9,"seconds":0.5}\n'));
    expect((await readPredictions(path)).get(9)).toEqual({
      sequence: 9,
      seconds: 0.5,
      deviation: 0,
    });
  });

  it('should refuse what is no latency', async () => {
    const path = join(folder.path, 'predictions.jsonl.gz');
    await writeFile(path, gzipSync('{"sequence":1,"seconds":1}\n{"sequence":2,"seconds":-1}\n'));
    await expectError(() => readPredictions(path), Code.DataLoss, /line 2: seconds/);
  });
});
