import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findModelFolder, loadModelFolder, saveModelFolder } from '../../src/artifact';
import { Code } from '../../src/errors';
import type { ModelArtifact } from '../../src/predictor';
import { expectError } from '../support/expect-error';
import { fakeArtifact } from '../support/fake-models';
import { useTemporaryFolder } from '../support/temporary-folder';

describe('model folders', () => {
  const root = useTemporaryFolder();
  let folder: string;
  let artifact: ModelArtifact;
  const extras = {
    settings: '{"seed":1}',
    pages: { 'MODEL.md': '# model\n', 'curves.svg': '<svg/>' },
  };

  beforeEach(async () => {
    folder = join(root.path, 'models', 'cdmpp-cpu');
    artifact = await fakeArtifact({ scale: 2 });
  });

  it('should give back card and weights, byte for byte, with everything beside them', async () => {
    await saveModelFolder(folder, artifact, extras);
    const loaded = await loadModelFolder(folder);
    expect(loaded.card).toBe(artifact.card);
    expect(Array.from(loaded.weights)).toEqual(Array.from(artifact.weights));
    expect((await readdir(folder)).sort()).toEqual(
      ['MODEL.md', 'SHA256SUMS', 'card.json', 'curves.svg', 'settings.json', 'weights.bin'].sort(),
    );
    expect(await readFile(join(folder, 'settings.json'), 'utf8')).toBe('{"seed":1}');
    expect(await readdir(join(root.path, 'models'))).toEqual(['cdmpp-cpu']);
  });

  it('should have checksums that sha256sum reads', async () => {
    await saveModelFolder(folder, artifact, extras);
    const check = () =>
      execFileSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: folder });
    check();
    await writeFile(join(folder, 'MODEL.md'), 'edited');
    expect(check).toThrow();
    // A page is for people: the model is what it was.
    expect((await loadModelFolder(folder)).card).toBe(artifact.card);
  });

  it('should fill an empty folder, and no other', async () => {
    await mkdir(folder, { recursive: true });
    await saveModelFolder(folder, artifact);
    const again = () => saveModelFolder(folder, artifact);
    await expectError(
      again,
      Code.AlreadyExists,
      /cdmpp-cpu" holds a model: give a new or an empty/,
    );
    await rm(join(folder, 'card.json'));
    await expectError(
      () => saveModelFolder(folder, artifact, { replace: true }),
      Code.AlreadyExists,
      /is no model folder and holds "SHA256SUMS"/,
    );
    await rm(folder, { recursive: true });
    await writeFile(folder, 'a file');
    await expectError(again, Code.AlreadyExists, /cannot be made: ENOTDIR/);
  });

  it('should replace a model as a whole where told to', async () => {
    await saveModelFolder(folder, artifact, extras);
    const other = await fakeArtifact({ scale: 3 });
    await saveModelFolder(folder, other, { replace: true });
    expect((await loadModelFolder(folder)).card).toBe(other.card);
    expect((await readdir(folder)).sort()).toEqual(['SHA256SUMS', 'card.json', 'weights.bin']);
    expect(await readdir(join(root.path, 'models'))).toEqual(['cdmpp-cpu']);
  });

  it('should leave nothing under the name where it cannot be written, and go on over the rest', async () => {
    const models = join(root.path, 'models');
    await mkdir(join(models, '.cdmpp-cpu.unfinished'), { recursive: true });
    await writeFile(join(models, '.cdmpp-cpu.unfinished', 'weights.bin'), 'half');
    const wrong = { ...artifact, weights: new Uint8Array(2) };
    await expectError(() => saveModelFolder(folder, wrong), Code.DataLoss, /sha256/);
    expect(findModelFolder(models, 'cdmpp-cpu')).toBeUndefined();
    await saveModelFolder(folder, artifact);
    expect(findModelFolder(models, 'cdmpp-cpu')).toBe(folder);
    expect(await readdir(models)).toEqual(['cdmpp-cpu']);
  });

  it.each(['../up.md', '.hidden', 'card.json', 'settings.json', 'SHA256SUMS', ''])(
    'should refuse a page of the name %p',
    async (name) => {
      await expectError(
        () => saveModelFolder(folder, artifact, { pages: { [name]: 'x' } }),
        Code.InvalidArgument,
        /page is "/,
      );
    },
  );

  it('should refuse what is too large, before it writes or reads it', async () => {
    const pages = { 'MODEL.md': 'x'.repeat(16 * 1024 * 1024 + 1) };
    await expectError(
      () => saveModelFolder(folder, artifact, { pages }),
      Code.ResourceExhausted,
      /MODEL\.md has 16777217 bytes; at most 16777216/,
    );
    await saveModelFolder(folder, artifact);
    await truncate(join(folder, 'weights.bin'), 64 * 1024 * 1024 + 1);
    await expectError(
      () => loadModelFolder(folder),
      Code.ResourceExhausted,
      /weights\.bin has 67108865 bytes; at most 67108864/,
    );
  });

  it('should say that there is no such folder', async () => {
    await expectError(() => loadModelFolder(folder), Code.NotFound, /cdmpp-cpu" is not there/);
    await saveModelFolder(folder, artifact);
    const file = join(folder, 'card.json');
    await expectError(() => loadModelFolder(file), Code.NotFound, /card\.json" is no folder/);
  });

  it.each<[string, (name: (file: string) => string) => Promise<void>, RegExp]>([
    ['changed weights', (name) => flipBit(name('weights.bin')), /weights\.bin has sha256/],
    ['a changed card', (name) => flipBit(name('card.json')), /card\.json has sha256/],
    ['no weights', (name) => rm(name('weights.bin')), /weights\.bin is missing/],
    ['no checksums', (name) => rm(name('SHA256SUMS')), /SHA256SUMS is missing/],
    ['cut checksums', (name) => truncate(name('SHA256SUMS'), 70), /SHA256SUMS does not name card/],
  ])('should tell %s, with the file and what to do', async (_what, damage, message) => {
    await saveModelFolder(folder, artifact);
    await damage((file) => join(folder, file));
    await expectError(() => loadModelFolder(folder), Code.DataLoss, message);
    await expectError(
      () => loadModelFolder(folder),
      Code.DataLoss,
      /^model folder ".*cdmpp-cpu": .*; take "cdmpp-cpu" from its source again/,
    );
  });

  it('should tell a card with the checksums of another model', async () => {
    const other = join(root.path, 'models', 'other');
    await saveModelFolder(folder, artifact);
    await saveModelFolder(other, await fakeArtifact({ scale: 3 }));
    const sums = (await readFile(join(folder, 'SHA256SUMS'), 'utf8')).split('\n');
    const others = (await readFile(join(other, 'SHA256SUMS'), 'utf8')).split('\n');
    await rename(join(other, 'weights.bin'), join(folder, 'weights.bin'));
    await writeFile(join(folder, 'SHA256SUMS'), [others[0], sums[1], ''].join('\n'));
    await expectError(() => loadModelFolder(folder), Code.DataLoss, /the card says/);
  });
});

async function flipBit(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[1] = (bytes[1] ?? 0) ^ 1;
  await writeFile(path, bytes);
}
