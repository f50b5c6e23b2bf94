import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDeviceFolder, SHIPPED_DEVICES_DIRECTORY } from '../../src/devices';
import { useTemporaryFolder } from '../support/temporary-folder';

describe('readDeviceFolder()', () => {
  const folder = useTemporaryFolder();

  it('should read the cards by name and say what else lies there', async () => {
    const text = (name: string) =>
      JSON.stringify({ card: { name, kind: 'DEVICE_KIND_CPU' }, how: 'probed' });
    writeFileSync(join(folder.path, 'b.json'), text('b'));
    writeFileSync(join(folder.path, 'a.json'), text('a'));
    writeFileSync(join(folder.path, 'broken.json'), '{');
    writeFileSync(join(folder.path, 'c.json.partial'), '{');
    mkdirSync(join(folder.path, 'folder.json'));
    const { files, problems } = await readDeviceFolder(folder.path);
    expect(files.map(({ card }) => card.name)).toEqual(['a', 'b']);
    expect(problems).toEqual([
      expect.stringMatching(/broken\.json is no device card/),
      expect.stringMatching(/EISDIR/),
    ]);
  });

  it('should find nothing where there is no folder', async () => {
    expect(await readDeviceFolder(join(folder.path, 'nowhere'))).toEqual({
      files: [],
      problems: [],
    });
  });

  it('should find the shipped cards sound, each under its own name', async () => {
    const { files, problems } = await readDeviceFolder(SHIPPED_DEVICES_DIRECTORY);
    expect(problems).toEqual([]);
    const names = files.map(({ card }) => card.name);
    expect(names).toEqual(expect.arrayContaining(['a100', 'k80', 'v100']));
    expect(files.map(({ path }) => path)).toEqual(
      names.map((name) => join(SHIPPED_DEVICES_DIRECTORY, `${name}.json`)),
    );
    for (const { how, when, source } of files) {
      expect(how === 'probed' ? when : source).toEqual(expect.any(String));
    }
  });
});
