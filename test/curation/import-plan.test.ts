import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type PlanOptions, planImport } from '../../src/curation';
import { Code } from '../../src/errors';
import { expectError } from '../support/expect-error';
import { useTemporaryFolder } from '../support/temporary-folder';

describe('planImport()', () => {
  const folder = useTemporaryFolder();
  beforeEach(async () => {
    const names = ['v100/conv/b.log.gz', 'v100/conv/a.json', 'k80/c.jsonl', 'd.json', 'README.md'];
    for (const name of names) await put(name, 'x');
  });

  async function put(name: string, content: string): Promise<string> {
    const path = join(folder.path, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return path;
  }
  const plan = (options: Partial<PlanOptions>) =>
    planImport({
      paths: [folder.path],
      deviceName: undefined,
      deviceFromFolder: false,
      taskBundles: [],
      ...options,
    });

  it('should find logs in folders, by name, and name them without the folder that was given', async () => {
    const { logs } = await plan({ deviceName: 'gpu' });
    expect(logs.map(({ name }) => name)).toEqual(['d', 'k80/c', 'v100/conv/a', 'v100/conv/b']);
    expect(logs.every(({ deviceName, sizeBytes }) => deviceName === 'gpu' && sizeBytes === 1)).toBe(
      true,
    );
  });

  it('should take the device from the first folder below', async () => {
    const { logs } = await plan({ deviceFromFolder: true });
    expect(logs.map(({ deviceName }) => deviceName)).toEqual([
      basename(folder.path),
      'k80',
      'v100',
      'v100',
    ]);
  });

  it('should take a file that is named itself, whatever it is called', async () => {
    const path = join(folder.path, 'README.md');
    const { logs } = await plan({ paths: [path], deviceName: 'gpu' });
    expect(logs).toMatchObject([{ path, name: 'README.md' }]);
  });

  it('should ask for the device where nothing tells it', () =>
    expectError(
      () => plan({}),
      Code.InvalidArgument,
      /d\.json does not say on which device .* give --device NAME, or --device-from-folder/,
    ));

  it('should refuse a path that is not there', () =>
    expectError(() => plan({ paths: ['/nowhere'] }), Code.InvalidArgument, /^\/nowhere cannot be/));

  it('should know a collection, its tasks and its devices', async () => {
    await put('made/collection.json', '{}');
    const tasks = await put('made/tasks.tasks', '');
    await put('made/records/cpu-1t.json', '');
    await put('made/records/cpu-2t.json', '');
    const paths = [join(folder.path, 'made')];
    const found = await plan({ paths, taskBundles: ['other.tasks'] });
    expect(found.taskBundles).toEqual(['other.tasks', tasks]);
    expect(found.logs.map(({ name, deviceName }) => [name, deviceName])).toEqual([
      ['made/cpu-1t', 'cpu-1t'],
      ['made/cpu-2t', 'cpu-2t'],
    ]);
  });

  it('should take a collection that has just begun', async () => {
    await put('made/collection.json', '{}');
    expect(await plan({ paths: [join(folder.path, 'made')] })).toEqual({
      taskBundles: [],
      datasets: [],
      logs: [],
    });
  });

  it.each(['records', 'tasks.tasks', 'collection.json'])(
    'should not take a %s of a collection that cannot be read for none',
    async (name) => {
      if (name !== 'collection.json') await put('made/collection.json', '{}');
      await mkdir(join(folder.path, 'made'), { recursive: true });
      await symlink(name, join(folder.path, 'made', name));
      await expectError(
        () => plan({ paths: [join(folder.path, 'made')], deviceName: 'gpu' }),
        Code.InvalidArgument,
        new RegExp(`made/${name} cannot be read: ELOOP`),
      );
    },
  );
});
