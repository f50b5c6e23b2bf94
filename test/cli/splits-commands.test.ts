import { link, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../src/base';
import { makeSplitFiles, showSplitFile } from '../../src/cli/splits-commands';
import { Code } from '../../src/errors';
import { createLogTask } from '../../src/program';
import { openSqliteRecordStore } from '../../src/store';
import { domainRecord } from '../support/domain-samples';
import { expectError } from '../support/expect-error';
import { fixtureNames, loadFixture } from '../support/fixtures';
import { useTemporaryFolder } from '../support/temporary-folder';

describe('cdmpp splits', () => {
  const folder = useTemporaryFolder();
  let lines: string[] = [];
  const io = {
    print: (line: string) => void lines.push(line),
    complain: (line: string) => void lines.push(line),
    stopRequested: () => new Promise<string>(() => undefined),
  };
  const options = () => {
    const path = join(folder.path, 'records.sqlite');
    const store = { kind: 'sqlite' as const, path, name: path };
    return { store, seed: 7, out: join(folder.path, 'splits') };
  };
  const logTask = createLogTask({
    workloadKey: '["unknown", 1]',
    target: 'cuda',
    hardwareParams: loadFixture('matmul-cuda').task.hardwareParams,
    deviceName: 'v100',
  });

  beforeEach(async () => {
    lines = [];
    const store = await openSqliteRecordStore({
      path: join(folder.path, 'records.sqlite'),
      clock: systemClock,
    });
    for (const name of fixtureNames) await store.putTask(loadFixture(name).task);
    await store.append(await store.putLogTask(logTask), [domainRecord(1)], 'a.json');
    await store.dispose();
  });

  it('should write a file a kind, the same again after more records', async () => {
    await makeSplitFiles(options(), io);
    const names = (await readdir(options().out)).sort();
    expect(names).toEqual([
      'by-device.json',
      'by-family.json',
      'by-network.json',
      'by-task.json',
      'device-transfer.json',
      'few-shot-device.json',
    ]);
    const contents = await Promise.all(names.map((name) => readFile(join(options().out, name))));
    const store = await openSqliteRecordStore({ path: options().store.path, clock: systemClock });
    await store.append(loadFixture('matmul-cpu').task.id, [domainRecord(2)], 'b.json');
    await store.dispose();
    await makeSplitFiles(options(), io);
    expect(await Promise.all(names.map((name) => readFile(join(options().out, name))))).toEqual(
      contents,
    );
  });

  it('should put whole files in the place of old ones', async () => {
    const { out } = options();
    await mkdir(out);
    await writeFile(join(out, 'by-task.json'), 'old');
    await link(join(out, 'by-task.json'), join(folder.path, 'kept.json'));
    await makeSplitFiles(options(), io);
    expect(await readFile(join(folder.path, 'kept.json'), 'utf8')).toBe('old');
    expect(await readFile(join(out, 'by-task.json'), 'utf8')).toContain('cdmpp-splits/1');
  });

  it('should list what it cannot place, and why', async () => {
    await makeSplitFiles(options(), io);
    const file = JSON.parse(await readFile(join(options().out, 'by-task.json'), 'utf8'));
    expect(file.unplacedTasks).toEqual([
      {
        id: logTask.id,
        workloadKey: '["unknown", 1]',
        device: 'v100',
        reason: expect.stringContaining('log alone'),
      },
    ]);
  });

  it('should show how many stand where', async () => {
    await makeSplitFiles(options(), io);
    lines = [];
    await showSplitFile(join(options().out, 'by-family.json'), io);
    const shown = lines.join('\n');
    expect(shown).toMatch(/^by-family, seed 7: Unseen operator families/);
    expect(shown).toMatch(/winograd *│ *19 │ *4 │ *1 │ *0 │ *0 │ winograd 1/);
  });

  it('should say that a store has nothing to part', async () => {
    const path = join(folder.path, 'empty.sqlite');
    const store = await openSqliteRecordStore({ path, clock: systemClock });
    await store.dispose();
    const empty = { ...options(), store: { kind: 'sqlite' as const, path, name: path } };
    await expectError(() => makeSplitFiles(empty, io), Code.FailedPrecondition, /no whole task/);
    const none = { ...empty, store: { ...empty.store, path: `${path}.none`, name: 'none' } };
    await expectError(() => makeSplitFiles(none, io), Code.NotFound, /"none" is not there/);
  });
});
