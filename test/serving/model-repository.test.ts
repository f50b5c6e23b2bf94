import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog, type LogEvent } from '../../src/base';
import { Code } from '../../src/errors';
import type { ProgramBatch } from '../../src/predictor';
import { InlineInferenceEngine } from '../../src/serving/inline-inference-engine';
import { ModelRepository } from '../../src/serving/model-repository';
import type { ShippedModel } from '../../src/serving/shipped-model';
import { CheckpointStore } from '../../src/store';
import { domainTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';
import { fakeArtifact, inlineFakes, program } from '../support/fake-models';
import { useTemporaryFolder } from '../support/temporary-folder';

const newest = { name: '', version: 0 };
const pinned = (version: number) => ({ name: 'cdmpp', version });

describe('ModelRepository', () => {
  const folder = useTemporaryFolder();
  let events: LogEvent[];
  let engine: InlineInferenceEngine;
  let repository: ModelRepository;

  const open = async (
    lastSequence = 1000,
    probe?: ProgramBatch,
    shipped?: ShippedModel,
  ): Promise<ModelRepository> => {
    const log = createLog('warn', (event) => events.push(event));
    const opened = new ModelRepository({
      name: 'cdmpp',
      targetKind: 'cpu',
      estimator: 'roofline',
      shipped,
      engine,
      checkpoints: await CheckpointStore.open({ root: folder.path, log }),
      clock: { nowMs: () => 0, wallSeconds: () => 1_700_000_000 },
      log,
    });
    await opened.start(lastSequence, probe);
    return opened;
  };
  const restart = async (lastSequence = 1000, shipped?: ShippedModel): Promise<void> => {
    await engine.dispose();
    engine = new InlineInferenceEngine(inlineFakes().registry);
    repository = await open(lastSequence, undefined, shipped);
  };
  const publish = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i += 1) {
      const artifact = await fakeArtifact({ scale: repository.nextVersion });
      await repository.publish('cdmpp', artifact, 10 * repository.nextVersion, undefined);
    }
  };
  const versions = () => repository.list().map((facts) => facts.version);
  /** What a version answers, against the estimate's answer. */
  const scaleOf = async (version: number): Promise<number> => {
    const lease = await repository.lease({ ...pinned(version), pinned: true });
    const batch = { task: domainTask(), programs: [program('a')] };
    const [answer] = await engine.predict(lease.key, batch);
    const [estimate] = await engine.predict('cdmpp@0', batch);
    lease.release();
    if (!answer?.ok || !estimate?.ok) throw new Error('expected two latencies');
    return answer.latencySeconds / estimate.latencySeconds;
  };

  beforeEach(async () => {
    events = [];
    engine = new InlineInferenceEngine(inlineFakes().registry);
    repository = await open();
  });
  afterEach(() => engine.dispose());

  it('should answer with the estimate until something was learned', async () => {
    expect(repository.find(newest)).toMatchObject({
      name: 'cdmpp',
      version: 0,
      createdSeconds: 1_700_000_000,
      description: { predictor: 'roofline', trainedOn: 0 },
    });
    expect(versions()).toEqual([0]);
    await expectError(
      () => repository.export(newest),
      Code.FailedPrecondition,
      /no weights to export/,
    );
  });

  it('should put a published version in the estimate’s place, which answers by its number alone', async () => {
    await publish(1);
    expect(repository.find(newest)).toMatchObject({
      version: 1,
      description: { predictor: 'cdmpp', trainedOn: 3, trainedThroughSequence: 10 },
    });
    expect(versions()).toEqual([1]);
    expect(repository.find({ ...pinned(0), pinned: true }).version).toBe(0);
    expect(await scaleOf(1)).toBeCloseTo(1, 12);
  });

  it('should keep a leased version answering, whatever is published meanwhile', async () => {
    await publish(1);
    const lease = await repository.lease(newest);
    await publish(9);
    expect(lease.facts.version).toBe(1);
    const batch = { task: domainTask(), programs: [program('a')] };
    expect(await engine.predict(lease.key, batch)).toHaveLength(1);
    lease.release();
    lease.release();
    await expectError(() => engine.predict(lease.key, batch), Code.NotFound, /not loaded/);
  });

  it('should keep the last 8 versions, and say which', async () => {
    await publish(10);
    expect(versions()).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    await expectError(
      () => repository.lease(pinned(2)),
      Code.NotFound,
      /"cdmpp" version 2 is not kept; kept are 3, 4, 5, 6, 7, 8, 9, 10/,
    );
  });

  it('should go on after a restart with all kept versions, loading them when asked for', async () => {
    await publish(3);
    const before = repository.list();
    await restart();
    expect(repository.list()).toEqual(before);
    expect(repository.newest.version).toBe(3);
    expect(repository.nextVersion).toBe(4);
    expect(await Promise.all([scaleOf(2), scaleOf(2)])).toEqual([2, 2]);
    const { card } = await repository.export(pinned(1));
    const trained = JSON.parse((await fakeArtifact({ scale: 1 })).card);
    expect(JSON.parse(card)).toEqual({ ...trained, targetKind: 'cpu' });
  });

  it('should pass over a damaged newest version, and not use its number again', async () => {
    await publish(2);
    await writeFile(join(folder.path, 'cdmpp@2', 'weights.bin'), 'torn');
    await restart();
    expect(repository.newest.version).toBe(1);
    expect(repository.nextVersion).toBe(3);
    expect(events.map(({ event }) => event)).toEqual(['checkpoint:skipped']);
  });

  it('should have no newest where every checkpoint is damaged: the estimate may not stand in', async () => {
    await publish(1);
    await writeFile(join(folder.path, 'cdmpp@1', 'weights.bin'), 'torn');
    await restart();
    await expectError(() => repository.lease(newest), Code.Unavailable, /no checkpoint is good/);
    await publish(1);
    expect(repository.newest.version).toBe(2);
  });

  it('should not believe a checkpoint that claims more records than the store has', async () => {
    await publish(1);
    await restart(4);
    expect(repository.newest.description.trainedThroughSequence).toBe(4);
  });

  it('should keep the old version where the new one cannot be loaded', async () => {
    await publish(1);
    const torn = { ...(await fakeArtifact({ scale: 1 })), weights: new Uint8Array(1) };
    await expectError(
      () => repository.publish('cdmpp', torn, 0, undefined),
      Code.InvalidArgument,
      /does not fit/,
    );
    expect(versions()).toEqual([1]);
    await publish(1);
    expect(versions()).toEqual([1, 2]);
  });

  it('should keep the old version where the new one gives no numbers', async () => {
    await publish(1);
    const probe = { task: domainTask(), programs: [program('!unreadable'), program('a')] };
    const broken = await fakeArtifact({ scale: Number.NaN });
    await expectError(
      () => repository.publish('cdmpp', broken, 0, probe),
      Code.Internal,
      /version 2: .*latency NaN/,
    );
    expect(versions()).toEqual([1]);
    await repository.publish('cdmpp', await fakeArtifact({ scale: 2 }), 0, probe);
    expect(await scaleOf(2)).toBe(2);
  });

  it('should keep the old version where the new one cannot be written', async () => {
    await publish(1);
    const inTheWay = join(folder.path, 'cdmpp@2');
    await mkdir(inTheWay);
    await expectError(() => publish(1), Code.AlreadyExists, /"cdmpp@2"/);
    await rm(inTheWay, { recursive: true });
    expect(repository.newest.version).toBe(1);
    await publish(1);
    expect(repository.newest.version).toBe(2);
  });

  describe('with a shipped model', () => {
    const shippedModel = async (predictor = 'cdmpp'): Promise<ShippedModel> => ({
      predictor,
      artifact: await fakeArtifact({ scale: 5 }),
      folder: 'models/cdmpp-cpu',
    });

    it('should answer with it as version 0, which says what it was trained on', async () => {
      await restart(1000, await shippedModel());
      expect(repository.newest).toMatchObject({
        version: 0,
        description: { predictor: 'cdmpp', trainedOn: 3, trainedThroughSequence: 0 },
      });
      const { card } = await repository.export(newest);
      const shipped = JSON.parse((await fakeArtifact({ scale: 5 })).card);
      expect(JSON.parse(card)).toEqual({ ...shipped, targetKind: 'cpu' });
      expect(repository.baseFor('cdmpp')?.version).toBe(0);
      expect(repository.baseFor('gcn')).toBeUndefined();
    });

    it('should keep it for who asks for exactly it, behind what is learned', async () => {
      await restart(1000, await shippedModel());
      await publish(1);
      expect(repository.newest.version).toBe(1);
      expect(versions()).toEqual([0, 1]);
      expect(repository.find({ ...pinned(0), pinned: true }).description.trainedOn).toBe(3);
      expect(repository.find(pinned(0)).version).toBe(1);
      expect(repository.baseFor('cdmpp')?.version).toBe(1);
      await restart(1000, await shippedModel());
      expect(repository.newest.version).toBe(1);
      expect(versions()).toEqual([0, 1]);
    });

    it('should not let it stand in where every checkpoint is damaged, but learn from it', async () => {
      await publish(1);
      await writeFile(join(folder.path, 'cdmpp@1', 'weights.bin'), 'torn');
      await restart(1000, await shippedModel());
      await expectError(() => repository.lease(newest), Code.Unavailable, /no checkpoint is good/);
      expect(repository.baseFor('cdmpp')?.version).toBe(0);
    });

    it('should say which folder does not fit, and what to do', async () => {
      const { artifact, ...rest } = await shippedModel();
      const card = artifact.card.replace('"predictor":"cdmpp"', '"predictor":"other"');
      await expectError(
        () => restart(1000, { ...rest, artifact: { ...artifact, card } }),
        Code.FailedPrecondition,
        /^model folder "models\/cdmpp-cpu" does not fit this release: .*--no-pretrained/,
      );
    });
  });
});
