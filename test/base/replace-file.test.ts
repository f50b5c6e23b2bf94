import { link, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../src/base';
import { useTemporaryFolder } from '../support/temporary-folder';

describe('replaceFile()', () => {
  const folder = useTemporaryFolder();

  it('should put another file in the place of the old one, and leave nothing beside it', async () => {
    const path = join(folder.path, 'a.json');
    await writeFile(path, 'old');
    await link(path, join(folder.path, 'kept'));
    await replaceFile(path, 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
    // Written in place, it would have changed too.
    expect(await readFile(join(folder.path, 'kept'), 'utf8')).toBe('old');
    expect((await readdir(folder.path)).sort()).toEqual(['a.json', 'kept']);
  });

  it('should write bytes where there was nothing, over what a killed writer left', async () => {
    const path = join(folder.path, 'a.bin');
    await writeFile(`${path}.unfinished`, 'longer than the bytes');
    await replaceFile(path, new Uint8Array([1, 2]));
    expect([...(await readFile(path))]).toEqual([1, 2]);
    expect(await readdir(folder.path)).toEqual(['a.bin']);
  });
});
