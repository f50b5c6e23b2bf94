import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_CODES, runCommand } from '../../src/cli/run-command';
import { failedLine, numberedLine } from '../support/log-lines';
import { useTemporaryFolder } from '../support/temporary-folder';

describe('cdmpp records', () => {
  const folder = useTemporaryFolder();
  const path = (name: string) => join(folder.path, name);

  async function run(...args: string[]) {
    const printed: string[] = [];
    const complained: string[] = [];
    const exitCode = await runCommand(
      ['node', 'cdmpp', 'records', ...args],
      { CDMPP_DATA_DIR: path('data') },
      {
        print: (line) => printed.push(line),
        complain: (line) => complained.push(line),
        stopRequested: () => new Promise(() => undefined),
      },
    );
    return { exitCode, text: printed.join('\n'), complained };
  }
  const json = async (...args: string[]) =>
    (await run(...args, '--json')).text.split('\n').map((line) => JSON.parse(line));

  beforeEach(() => {
    mkdirSync(path('logs/v100'), { recursive: true });
    mkdirSync(path('logs/k80'), { recursive: true });
    const lines = [numberedLine(2), numberedLine(1), failedLine(3)];
    writeFileSync(path('logs/v100/a.json'), lines.join('\n'));
    writeFileSync(path('logs/k80/a.json'), `${numberedLine(2, { costs: '[0.0025]' })}\n`);
  });
  const importLogs = () => run('import', '--device-from-folder', path('logs'));

  it('should print what was imported, a row a log', async () => {
    const { exitCode, text, complained } = await importLogs();
    expect({ exitCode, complained }).toEqual({ exitCode: EXIT_CODES.done, complained: [] });
    const rows = text.split('\n').map((line) => line.trim().split(/\s{2,}/));
    expect(rows[0]).toEqual(
      'from device lines records valid failed new duplicates broken'.split(' '),
    );
    expect(rows).toContainEqual([
      path('logs/v100/a.json'),
      'v100',
      '3',
      '3',
      '2',
      '1',
      '3',
      '0',
      '0',
    ]);
    expect(rows.at(-1)).toEqual(['all', '4', '4', '3', '1', '4', '0', '0']);
    expect((await importLogs()).text).toContain('imported before');
  });

  it('should name broken lines, store the others and fail', async () => {
    writeFileSync(path('broken.json'), `${numberedLine(1)}\nnonsense\n${'no\n'.repeat(30)}`);
    const { exitCode, complained } = await run('import', '--device', 'cpu', path('broken.json'));
    expect(exitCode).toBe(EXIT_CODES.failed);
    expect(complained[0]).toMatch(/broken\.json:2: not JSON/);
    expect(complained.slice(-2)).toEqual([
      `${path('broken.json')}: 11 more broken lines`,
      'cdmpp: 31 lines are no records; all others are stored',
    ]);
    expect(await json('stats')).toMatchObject([{ total: { records: 1 } }]);
    // What is wrong with the log is not forgotten.
    const again = await run('import', '--device', 'cpu', path('broken.json'));
    expect([again.exitCode, again.complained]).toEqual([exitCode, complained]);
  });

  it('should list tasks, and records', async () => {
    await importLogs();
    const tasks = await run('list');
    expect(tasks.text).toMatch(/^task +device +workload +networks +records/);
    expect(tasks.text).toMatch(
      /log-[0-9a-f]{12} +k80 +\["matmul", 4, 8, 16\] +1 +1 +1 +0 +2\.50 ms/,
    );
    const short = await run('list', '--limit', '1');
    expect(short.complained).toEqual(['1 more tasks; --limit shows more']);
    const records = await run('list', '--records', '--device', 'v100');
    expect(records.text).toMatch(/1\.00 µs +0 +2023-11-14 22:13:21 +v100\/a$/m);
    expect(records.text).toMatch(/ - +4 +2023-11-14 22:13:23 +v100\/a$/m);
    expect(await json('list', '--records', '--valid', '--limit', '2')).toMatchObject([
      { sequence: expect.any(Number), costsSeconds: [expect.any(Number)], errorNumber: 0 },
      { source: expect.stringMatching(/\/a$/) },
    ]);
    expect(await json('list', '--device', 'k80')).toMatchObject([
      { device: 'k80', isWhole: false, records: 1, bestLatencySeconds: 0.0025 },
    ]);
  });

  it('should count by device, and tell of one task', async () => {
    await importLogs();
    const { text } = await run('stats');
    expect(text).toMatch(/^all +2 +4 +3 +1 +4 +0 +-$/m);
    expect(text).toMatch(/^device +k80 +1 +1 +1 +0 +1 +0 +-$/m);
    const [listed] = await json('list', '--device', 'v100');
    const detail = await run('stats', '--task', String(listed.task).slice(0, 12));
    expect(detail.text).toContain('its log alone');
    expect(detail.text).toMatch(/^workload +\["matmul", 4, 8, 16\]$/m);
    const [stats] = await json('stats');
    expect(stats).toMatchObject({
      total: { tasks: 2, logTasks: 2, records: 4, validRecords: 3 },
      devices: [{ name: 'k80' }, { name: 'v100', records: 3 }],
      sources: [{ name: 'k80/a' }, { name: 'v100/a' }],
      tasks: [{ device: 'k80' }, { device: 'v100', validRecords: 2 }],
    });
  });

  it('should export what it imported', async () => {
    await importLogs();
    const done = await run('export', '--device', 'v100', '--best', '1', path('best.json'));
    expect(JSON.parse(done.text)).toMatchObject({ event: 'exported', records: 1, tasks: 1 });
    expect(readFileSync(path('best.json'), 'utf8')).toBe(`${numberedLine(1)}\n`);
  });

  it('should write a dataset, and take it in again', async () => {
    await importLogs();
    writeFileSync(path('about.json'), '{"title": "made up"}');
    const format = ['--format', 'dataset', '--about', path('about.json')];
    const done = await run('export', ...format, path('dataset'));
    expect(JSON.parse(done.text)).toMatchObject({ event: 'exported', recordsAdded: 4 });
    const other = ['--store', path('other.sqlite')];
    const { text } = await run('import', path('dataset'), ...other);
    const rows = text.split('\n').map((line) => line.trim().split(/\s{2,}/));
    const counts = ['0', '4', '3', '1', '4', '0', '0'];
    expect(rows).toContainEqual([path('dataset'), ...counts, 'dataset']);
    expect(rows.at(-1)).toEqual(['all', ...counts]);
    const [[before], [after]] = [await json('stats'), await json('stats', ...other)];
    expect(after).toEqual(before);
    writeFileSync(path('about.json'), '[]');
    expect((await run('export', ...format, path('dataset'))).complained).toEqual([
      expect.stringMatching(/about\.json holds no JSON object$/),
    ]);
  });

  it('should say what it would remove, and remove it when told to', async () => {
    await importLogs();
    expect((await run('prune', '--failed')).text).toBe(
      'would remove 1 records of 1 tasks; give --yes to remove them',
    );
    expect((await run('prune', '--failed', '--yes')).text).toBe('removed 1 records of 1 tasks');
    expect(await json('prune', '--failed')).toEqual([
      { event: 'would-prune', records: 0, tasks: 0 },
    ]);
    expect(await json('stats')).toMatchObject([{ total: { records: 3, validRecords: 3 } }]);
    expect((await run('prune', '--keep-best', '1', '--yes')).text).toMatch(/^removed 1 records/);
    expect((await run('prune', '--yes')).exitCode).toBe(EXIT_CODES.usage);
  });

  it.each([['list'], ['stats'], ['prune', '--failed'], ['export', 'x']])(
    'should not make a store where there is none, for %s',
    async (...args) => {
      const { exitCode, complained } = await run(...args);
      expect(exitCode).toBe(EXIT_CODES.failed);
      expect(complained).toEqual([expect.stringMatching(/records\.sqlite" is not there; --store/)]);
    },
  );

  it.each<[string[], RegExp]>([
    [['import'], /missing required argument 'path'/],
    [['import', '/nowhere', '--device', 'a'], /^cdmpp: \/nowhere cannot be read/],
    [['import', __filename], /does not say on which device it was measured/],
    [['export', 'x', '--format', 'csv'], /^cdmpp: --format is "csv"/],
  ])('should refuse %p in one sentence', async (args, message) => {
    const { exitCode, complained } = await run(...args);
    expect(exitCode).toBe(EXIT_CODES.usage);
    expect(complained).toEqual([expect.stringMatching(message)]);
  });
});
