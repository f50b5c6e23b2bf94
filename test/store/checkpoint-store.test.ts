import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog, type LogEvent } from '../../src/base';
import { Code } from '../../src/errors';
import { type Checkpoint, CheckpointStore } from '../../src/store';
import { expectError } from '../support/expect-error';
import { useTemporaryFolder } from '../support/temporary-folder';

function checkpoint(version: number, overrides: Partial<Checkpoint> = {}): Checkpoint {
  const weights = Uint8Array.from([version, 2, 3]);
  const weightsSha256 = createHash('sha256').update(weights).digest('hex');
  return {
    name: 'cdmpp',
    version,
    createdSeconds: 1_700_000_000 + version,
    description: {
      predictor: 'fake',
      featureSet: 'loop-nest',
      trainedOn: 8 * version,
      trainedThroughSequence: 10 * version,
      parameterCount: 3,
      trainingSeconds: 0.5,
      weightsSha256,
    },
    artifact: { card: JSON.stringify({ weightsSha256, version }), weights },
    ...overrides,
  };
}

describe('CheckpointStore', () => {
  const folder = useTemporaryFolder();
  let events: LogEvent[];
  let checkpoints: CheckpointStore;
  const open = () =>
    CheckpointStore.open({
      root: join(folder.path, 'models'),
      log: createLog('info', (event) => events.push(event)),
    });
  const file = (version: number, name: string) =>
    join(folder.path, 'models', `cdmpp@${version}`, name);

  const readable = async () => {
    const versions: number[] = [];
    for await (const { version } of checkpoints.newestFirst('cdmpp')) versions.push(version);
    return versions;
  };

  beforeEach(async () => {
    events = [];
    checkpoints = await open();
  });

  it('should give back what was saved, after a restart too', async () => {
    await checkpoints.save(checkpoint(1));
    const loaded = await (await open()).load('cdmpp', 1);
    const { artifact, ...facts } = checkpoint(1);
    expect(loaded).toMatchObject(facts);
    expect(loaded.artifact.card).toBe(artifact.card);
    expect(Array.from(loaded.artifact.weights)).toEqual([1, 2, 3]);
  });

  it('should say that there is none', async () => {
    expect(await readable()).toEqual([]);
    await expectError(() => checkpoints.load('cdmpp', 1), Code.NotFound, /"cdmpp@1" is not there/);
  });

  it('should order versions as numbers and keep the last 8', async () => {
    for (let version = 1; version <= 10; version += 1) await checkpoints.save(checkpoint(version));
    expect(await checkpoints.versions('cdmpp')).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    expect((await readable())[0]).toBe(10);
    expect(await readdir(join(folder.path, 'models'))).toHaveLength(8);
  });

  it('should keep the versions of one name apart from those of another', async () => {
    await checkpoints.save(checkpoint(1));
    await checkpoints.save(checkpoint(2, { name: 'cdmpp-x' }));
    expect(await checkpoints.versions('cdmpp')).toEqual([1]);
    expect(await checkpoints.versions('cdmpp-x')).toEqual([2]);
  });

  it('should have the versions of a name serve under others, again after a crash in between', async () => {
    for (const version of [2, 3]) await checkpoints.save(checkpoint(version));
    await rm(file(3, 'card.json'));
    // What a run that was ended has done already.
    await cp(join(folder.path, 'models', 'cdmpp@2'), join(folder.path, 'models', 'a@2'), {
      recursive: true,
    });
    await checkpoints.rename('cdmpp', ['a', 'b']);
    expect((await readdir(join(folder.path, 'models'))).sort()).toEqual([
      'a@2',
      'a@3',
      'b@2',
      'b@3',
    ]);
    const { artifact, ...facts } = checkpoint(2);
    for (const name of ['a', 'b']) {
      const loaded = await checkpoints.load(name, 2);
      expect(loaded).toMatchObject({ ...facts, name });
      expect(loaded.artifact.card).toBe(artifact.card);
      await expectError(() => checkpoints.load(name, 3), Code.DataLoss, /@3/);
    }
  });

  it('should not delete a version while it is being loaded', async () => {
    for (let version = 1; version <= 8; version += 1) await checkpoints.save(checkpoint(version));
    // A pipe in place of the weights: the load lasts until somebody writes into it.
    await rm(file(1, 'weights.bin'));
    execFileSync('mkfifo', [file(1, 'weights.bin')]);
    const loading = checkpoints.load('cdmpp', 1);
    await checkpoints.save(checkpoint(9));
    expect(await checkpoints.versions('cdmpp')).toHaveLength(9);
    await writeFile(file(1, 'weights.bin'), Uint8Array.from([1, 2, 3]));
    expect(Array.from((await loading).artifact.weights)).toEqual([1, 2, 3]);
    await checkpoints.save(checkpoint(10));
    expect(await checkpoints.versions('cdmpp')).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('should refuse a version twice, and leave the first', async () => {
    await checkpoints.save(checkpoint(1));
    await expectError(() => checkpoints.save(checkpoint(1)), Code.AlreadyExists, /"cdmpp@1"/);
    expect((await checkpoints.load('cdmpp', 1)).createdSeconds).toBe(1_700_000_001);
  });

  it('should refuse weights that are not those of the card, and names that leave the folder', async () => {
    const wrong = { card: JSON.stringify({ weightsSha256: 'ab' }), weights: new Uint8Array(1) };
    await expectError(
      () => checkpoints.save(checkpoint(1, { artifact: wrong })),
      Code.DataLoss,
      /ab/,
    );
    await expectError(
      () => checkpoints.save(checkpoint(1, { name: '../up' })),
      Code.InvalidArgument,
      /name is "\.\.\/up"/,
    );
    expect(await readdir(join(folder.path, 'models'))).toEqual([]);
  });

  it.each([
    ['weights with one bit changed', (version: number) => flipBit(file(version, 'weights.bin'))],
    ['cut weights', (version: number) => writeFile(file(version, 'weights.bin'), '')],
    ['a card with one bit changed', (version: number) => flipBit(file(version, 'card.json'))],
    ['no card', (version: number) => rm(file(version, 'card.json'))],
    ['cut facts', (version: number) => writeFile(file(version, 'checkpoint.json'), '{"predi')],
  ])('should pass over a version with %s and log it', async (_what, damage) => {
    await checkpoints.save(checkpoint(1));
    await checkpoints.save(checkpoint(2));
    await damage(2);
    await expectError(() => checkpoints.load('cdmpp', 2), Code.DataLoss, /cdmpp@2/);
    expect(await readable()).toEqual([1]);
    expect(events).toMatchObject([
      { level: 'error', event: 'checkpoint:skipped', fields: { name: 'cdmpp', version: 2 } },
    ]);
  });

  it('should remove what a crash left half written', async () => {
    const left = join(folder.path, 'models', '.writing-cdmpp@1');
    await mkdir(left);
    await writeFile(join(left, 'weights.bin'), 'half');
    checkpoints = await open();
    expect(await readdir(join(folder.path, 'models'))).toEqual([]);
    await checkpoints.save(checkpoint(1));
    expect(await checkpoints.versions('cdmpp')).toEqual([1]);
  });
});

async function flipBit(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[1] = (bytes[1] ?? 0) ^ 1;
  await writeFile(path, bytes);
}
