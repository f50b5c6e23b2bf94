import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../src/base';
import { runCommand } from '../../src/cli/run-command';
import { computationHash, type MeasuredRecord, programHash } from '../../src/program';
import { loadSampleFile, taskSamplers } from '../../src/sampling';
import { openSqliteRecordStore } from '../../src/store';
import { domainRecord } from '../support/domain-samples';
import { type Fixture, fixtureNames, loadFixture } from '../support/fixtures';
import { useTemporaryFolder } from '../support/temporary-folder';

/** Operators on a CPU with programs that TVM printed; the latencies are made up. */
const fixtures = fixtureNames
  .filter((name) => name.endsWith('-cpu'))
  .slice(0, 8)
  .map(loadFixture);

const measured = ({ task, programs }: Fixture): readonly MeasuredRecord[] =>
  programs.map((program, index) => ({
    ...domainRecord(index + 1),
    program,
    idempotencyKey: `${task.id} ${index}`,
    recordLine: '',
  }));

describe('cdmpp sample', () => {
  const folder = useTemporaryFolder();
  let printed: string[] = [];
  let complained: string[] = [];
  const run = (...args: string[]): Promise<number> => {
    printed = [];
    complained = [];
    const store = ['--store', join(folder.path, 'records.sqlite')];
    return runCommand(
      ['node', 'cdmpp', 'sample', ...store, ...args],
      {},
      {
        print: (line) => printed.push(line),
        complain: (line) => complained.push(line),
        stopRequested: () => new Promise(() => undefined),
      },
    );
  };

  beforeEach(async () => {
    const path = join(folder.path, 'records.sqlite');
    const store = await openSqliteRecordStore({ path, clock: systemClock });
    for (const fixture of fixtures) {
      await store.putTask(fixture.task);
      await store.append(fixture.task.id, measured(fixture), 'test');
    }
    await store.dispose();
  });

  it('should print what to measure and why, and write it down', async () => {
    const out = join(folder.path, 'new', 'sample.json');
    expect(await run('--budget', '3', '--share-of-programs', '0.5', '--out', out)).toBe(0);
    expect(printed[0]).toMatch(/^task +family and shapes +networks +programs +why\n/);
    expect(
      printed[0]?.split('\n').filter((line) => line.includes('of what is unknown')),
    ).toHaveLength(3);
    const outcome = JSON.parse(printed.at(-1) as string);
    const file = await loadSampleFile(out);
    expect(outcome).toEqual({
      event: 'sampled',
      device: null,
      taskSampler: 'variance',
      programSampler: 'latency',
      seed: 1,
      candidates: { tasks: 8, programs: fixtures.flatMap(measured).length },
      tasks: 3,
      programs: file.tasks.flatMap(({ programs }) => programs).length,
      out,
    });
    for (const { computation, taskIds, programs } of file.tasks) {
      const fixture = fixtures.find(({ task }) => task.id === taskIds[0]) as Fixture;
      expect(computation).toBe(computationHash(fixture.task));
      const hashes = fixture.programs.map(programHash);
      expect(programs).toHaveLength(Math.round(hashes.length / 2));
      expect(hashes).toEqual(expect.arrayContaining(programs.map(({ hash }) => hash)));
    }
  });

  it.each(taskSamplers)('should write the same bytes again (%s)', async (sampler) => {
    const write = async (name: string): Promise<string> => {
      const out = join(folder.path, name);
      expect(
        await run('--share-of-tasks', '0.25', '--sampler', sampler, '--json', '--out', out),
      ).toBe(0);
      expect(printed).toHaveLength(1);
      return readFile(out, 'utf8');
    };
    expect(await write('a.json')).toBe(await write('b.json'));
    expect((await loadSampleFile(join(folder.path, 'a.json'))).tasks).toHaveLength(2);
  });

  it('should say what is wrong in one sentence', async () => {
    expect(await run()).toBe(2);
    expect(complained).toEqual([expect.stringMatching(/^cdmpp: --budget is not given/)]);
    expect(await run('--budget', '2', '--model', join(folder.path, 'none'))).toBe(1);
    expect(complained).toEqual([expect.stringMatching(/none/)]);
  });
});
