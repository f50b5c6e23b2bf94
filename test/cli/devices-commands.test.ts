import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_CODES, runCommand } from '../../src/cli/run-command';
import { useTemporaryFolder } from '../support/temporary-folder';

describe('cdmpp devices', () => {
  const folder = useTemporaryFolder();

  async function run(...args: string[]) {
    const printed: string[] = [];
    const complained: string[] = [];
    const environment = { CDMPP_DEVICES_DIR: folder.path };
    const exitCode = await runCommand(['node', 'cdmpp', 'devices', ...args], environment, {
      print: (line) => printed.push(line),
      complain: (line) => complained.push(line),
      stopRequested: () => new Promise(() => undefined),
    });
    return { exitCode, printed, complained };
  }

  function writeCard(name: string): void {
    const card = {
      name,
      kind: 'DEVICE_KIND_CPU',
      cores: 2,
      simd_bits: 512,
      clock_hertz: 4.123e9,
      peak_flops: 512.4e9,
      l2_cache_bytes: 1024 * 1024,
      l2_bandwidth_bytes_per_second: 131.4e9,
      launch_overhead_seconds: 1.5e-6,
    };
    const content = { card, how: 'probed', when: '2026-01-02T03:04:05+00:00' };
    writeFileSync(join(folder.path, `${name}.json`), JSON.stringify(content));
  }

  it('should list own cards, then the shipped ones, with units', async () => {
    writeCard('my-cpu-avx512-2t');
    const { exitCode, printed, complained } = await run('list');
    expect({ exitCode, complained }).toEqual({ exitCode: EXIT_CODES.done, complained: [] });
    const rows = printed
      .join('\n')
      .split('\n')
      .filter((line) => line.startsWith('│'))
      .map((line) => line.split('│').map((cell) => cell.trim()));
    const heading = (rows[0] as string[]).map((word, i) => `${word} ${rows[1]?.[i]}`.trim());
    expect(heading.slice(1, -1)).toEqual([
      'device',
      'cores',
      'SIMD bits',
      'clock GHz',
      'peak GFLOP/s',
      'L1 KiB/core',
      'L2 KiB/core',
      'L3 MiB',
      'L1 GB/s/core',
      'L2 GB/s/core',
      'L3 GB/s',
      'memory GB/s',
      'launch us',
      'figures',
    ]);
    expect(rows[2]?.slice(1, -1)).toEqual(
      'my-cpu-avx512-2t 2 512 4.12 512 - 1024 - - 131 - - 1.5'
        .split(' ')
        .concat('probed 2026-01-02'),
    );
    const v100 = rows.find((row) => row[1] === 'v100');
    expect(v100?.slice(2, -1)).toEqual(
      '80 - 1.53 15700 - - 6 196 - 3133 900 -'.split(' ').concat('data sheet'),
    );
  });

  it('should list exact figures for programs', async () => {
    writeCard('mine');
    const { printed } = await run('list', '--json');
    const [mine, ...shipped] = printed.map((line) => JSON.parse(line));
    expect(mine).toMatchObject({
      name: 'mine',
      kind: 'cpu',
      clockHertz: 4.123e9,
      memoryBandwidthBytesPerSecond: 0,
      how: 'probed',
      when: '2026-01-02T03:04:05+00:00',
    });
    expect(shipped.map(({ name }) => name)).toEqual(expect.arrayContaining(['k80', 'a100']));
    expect(shipped.find(({ name }) => name === 'k80')).toMatchObject({
      peakFlops: 4.37e12,
      source: expect.stringMatching(/^NVIDIA: /),
    });
  });

  it('should name a file that is no card, and list the others', async () => {
    writeCard('mine');
    writeFileSync(join(folder.path, 'broken.json'), '{');
    const { exitCode, printed, complained } = await run('list', '--json');
    expect(exitCode).toBe(EXIT_CODES.done);
    expect(printed[0]).toMatch(/"name":"mine"/);
    expect(complained).toEqual([expect.stringMatching(/broken\.json is no device card/)]);
  });

  it('should probe into the folder of cards', async () => {
    const python = join(folder.path, 'python');
    writeFileSync(python, '#!/bin/sh\necho "$@"\n');
    chmodSync(python, 0o755);
    expect(await run('probe', '--python', python, '--devices', 'avx2-1t')).toEqual({
      exitCode: EXIT_CODES.done,
      printed: [`-m cdmpp_tvm.probe --out ${folder.path} --devices avx2-1t`],
      complained: [],
    });
  });

  it('should fail in one sentence where Python is missing', async () => {
    const { exitCode, printed, complained } = await run('probe', '--python', '/nowhere/python');
    expect({ exitCode, printed }).toEqual({ exitCode: EXIT_CODES.failed, printed: [] });
    expect(complained).toEqual([
      expect.stringMatching(/^cdmpp: \/nowhere\/python cannot be started: .*; give --python/),
    ]);
  });
});
