import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Code } from '../../src/errors';
import type { MeasuredRecord } from '../../src/program';
import {
  type CostModelService,
  type CostModelServiceOptions,
  createCostModelService,
  type PredictCall,
} from '../../src/serving';
import { domainRecord, domainTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';
import { fakeArtifact, fakeState, inlineFakes, program } from '../support/fake-models';
import { useTemporaryFolder } from '../support/temporary-folder';
import { until } from '../support/until';

const newest = { name: '', version: 0 };
const task = domainTask();
const cost = (number: number, seconds: number): MeasuredRecord =>
  domainRecord(number, { costsSeconds: [seconds] });
const asking = (overrides: Partial<PredictCall> = {}): PredictCall => ({
  task: task.id,
  programs: [program('a'), program('b')],
  model: newest,
  featureSet: undefined,
  tunerId: '',
  ...overrides,
});

describe('createCostModelService()', () => {
  const folder = useTemporaryFolder();
  let service: CostModelService;

  const open = async (options: Partial<CostModelServiceOptions> = {}): Promise<void> => {
    service = createCostModelService({
      dataDir: folder.path,
      isolation: 'none',
      registry: inlineFakes().registry,
      clock: { nowMs: () => 0, wallSeconds: () => 1_700_000_000 },
      ...options,
    });
    await service.ready;
  };
  const restart = async (options: Partial<CostModelServiceOptions> = {}): Promise<void> => {
    await service.dispose();
    await open(options);
  };
  const report = (records: readonly MeasuredRecord[]) =>
    service.report({ task: task.id, records, tunerId: 'tuner' });
  const info = () => service.getModel(newest);
  const version = async () => (await info()).model.version;
  /** Waits until no training is under way or waiting. */
  const learned = () => until(async () => (await info()).training.phase !== 'running');
  const tear = (of: number) =>
    writeFile(join(folder.path, 'models', `cdmpp@${of}`, 'weights.bin'), 'torn');

  beforeEach(async () => {
    await open();
    await service.registerTask(task);
  });
  afterEach(() => service.dispose());

  describe('tasks', () => {
    it('should give a task its id and one positive reference', async () => {
      const registered = await service.registerTask(task);
      expect(registered.taskId).toBe(task.id);
      expect(registered.referenceLatencySeconds).toBeGreaterThan(0);
      expect(await service.registerTask(domainTask())).toEqual(registered);
    });

    it('should know a task by its id after a restart', async () => {
      const before = await service.predict(asking());
      await restart();
      expect(await service.predict(asking())).toEqual(before);
    });

    it('should refuse ids that it does not know', async () => {
      const unknown = domainTask(99);
      const call = asking({ task: unknown.id });
      await expectError(() => service.predict(call), Code.NotFound, /register the task again/);
      const records = [cost(1, 1)];
      const stray = () => service.report({ task: unknown.id, records, tunerId: '' });
      await expectError(stray, Code.NotFound, /register the task again/);
    });

    it('should take a task with the call itself', async () => {
      const inline = domainTask(99);
      expect((await service.predict(asking({ task: inline }))).predictions).toHaveLength(2);
      const result = await service.report({ task: inline, records: [cost(1, 1)], tunerId: '' });
      expect(result.accepted).toBe(1);
      await restart();
      expect((await service.predict(asking({ task: inline.id }))).predictions).toHaveLength(2);
    });
  });

  describe('predict()', () => {
    it('should answer with the estimate before anything was learned', async () => {
      const answer = await service.predict(asking());
      expect(answer).toMatchObject({ model: { name: 'cdmpp', version: 0 }, trainedOn: 0 });
      expect(answer.predictions.every((prediction) => prediction.ok)).toBe(true);
      expect(await service.predict(asking({ programs: [] }))).toEqual({
        ...answer,
        predictions: [],
      });
    });

    it('should let no NaN through: such a program fails, alone and INTERNAL', async () => {
      const programs = [program('a'), program('!nan'), program('b')];
      const { predictions } = await service.predict(asking({ programs }));
      expect(predictions[1]).toMatchObject({ ok: false, code: Code.Internal });
      expect([predictions[0], predictions[2]]).toEqual(
        (await service.predict(asking())).predictions,
      );
    });

    it('should refuse a feature set that the model was not trained on', async () => {
      expect((await service.predict(asking({ featureSet: 'loop-nest' }))).predictions).toHaveLength(
        2,
      );
      await expectError(
        () => service.predict(asking({ featureSet: 'lowered' })),
        Code.InvalidArgument,
        /feature_set is lowered; model "cdmpp" version 0 was trained on loop-nest/,
      );
    });

    it('should hear the signal', async () => {
      const call = asking({ signal: AbortSignal.abort() });
      await expectError(() => service.predict(call), Code.Cancelled, /abort/);
    });

    it('should answer a pinned version bit for bit the same while newer ones come', async () => {
      await report([cost(1, 3)]);
      await learned();
      const pinned = asking({ model: { name: 'cdmpp', version: 1 } });
      const before = await service.predict(pinned);
      expect(before).toMatchObject({ model: { version: 1 }, trainedOn: 1 });
      await report([cost(2, 6)]);
      await learned();
      expect(await service.predict(pinned)).toEqual(before);
      const now = await service.predict(asking());
      expect(now).toMatchObject({ model: { version: 2 }, trainedOn: 2 });
      expect(now.predictions).not.toEqual(before.predictions);
      await restart();
      expect(await service.predict(pinned)).toEqual(before);
    });

    it('should finish a stream on the estimate that it began on', async () => {
      const before = await service.predict(asking());
      await report([cost(1, 3)]);
      await learned();
      const pinned = asking({ model: before.model, pinned: true });
      expect(await service.predict(pinned)).toEqual(before);
      expect((await service.predict(asking())).model.version).toBe(1);
    });
  });

  describe('report()', () => {
    it('should store, then learn', async () => {
      expect(await report([cost(1, 2), cost(2, 4)])).toEqual({
        accepted: 2,
        duplicates: 0,
        lastSequence: 2,
        totalRecords: 2,
      });
      await learned();
      expect(await info()).toEqual({
        model: { name: 'cdmpp', version: 1 },
        description: {
          predictor: 'cdmpp',
          featureSet: 'loop-nest',
          trainedOn: 2,
          trainedThroughSequence: 2,
          parameterCount: 1,
          trainingSeconds: 0.5,
          weightsSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        createdSeconds: 1_700_000_000,
        training: { phase: 'idle', targetSequence: 0, lastFailure: '' },
        totalTrainingSeconds: 0.5,
      });
    });

    it('should learn from all records, each training from the one before', async () => {
      for (let i = 1; i <= 3; i += 1) {
        await report([cost(i, i)]);
        await learned();
      }
      expect(fakeState(await service.exportModel(newest))).toMatchObject({
        scale: (1 + 2 + 3) / 3,
        trainedOn: 3,
        generation: 3,
        seed: 3,
      });
      expect((await info()).totalTrainingSeconds).toBe(3 * 0.5);
    });

    it('should learn what came in during a training right after it', async () => {
      const reports = [1, 2, 3, 4].map((i) => report([cost(i, i)]));
      await Promise.all(reports);
      await learned();
      const { description, model } = await info();
      expect(description).toMatchObject({ trainedOn: 4, trainedThroughSequence: 4 });
      expect(model.version).toBeLessThanOrEqual(4);
    });

    it('should not train again for what it has learned', async () => {
      await report([cost(1, 1)]);
      await learned();
      const again = await report([cost(1, 1)]);
      expect(again).toEqual({ accepted: 0, duplicates: 1, lastSequence: 1, totalRecords: 1 });
      expect((await info()).training.phase).toBe('idle');
      expect(await version()).toBe(1);
    });

    it('should wait with the estimate while nothing is valid, without calling it a failure', async () => {
      await report([domainRecord(1, { errorNumber: 4 })]);
      await learned();
      expect(await info()).toMatchObject({
        model: { version: 0 },
        training: { phase: 'idle', lastFailure: '' },
      });
      await report([cost(2, 2)]);
      await learned();
      // The failed measurement counts as learned from: there is nothing in it.
      expect(await info()).toMatchObject({
        model: { version: 1 },
        description: { trainedOn: 1, trainedThroughSequence: 2 },
      });
    });

    it('should keep nothing of a report with a bad record', async () => {
      const bad = () => report([cost(1, 1), cost(2, Number.NaN)]);
      await expectError(bad, Code.InvalidArgument, /records\[1\]\.costs_seconds\[0\] is NaN/);
      expect((await report([])).totalRecords).toBe(0);
    });
  });

  describe('a training that fails', () => {
    it.each([
      ['throws', '!throw', /told to throw/],
      ['gives no numbers', '!nan', /latency NaN/],
    ])(
      'should keep the old version where it %s, say why, and be tried again',
      async (_how, bid, reason) => {
        await report([cost(1, 1)]);
        await learned();
        await report([domainRecord(2, { errorMessage: bid })]);
        await learned();
        const failed = await info();
        expect(failed.model.version).toBe(1);
        expect(failed.training.lastFailure).toMatch(reason);
        expect((await service.predict(asking())).model.version).toBe(1);
        // The bid is still among the records: the next report tries, and fails, again.
        await report([cost(3, 3)]);
        expect((await info()).training).toMatchObject({ phase: 'running', targetSequence: 3 });
        await learned();
        expect(await version()).toBe(1);
      },
    );

    it('should be forgotten once one succeeds', async () => {
      await report([domainRecord(1, { errorMessage: '!alone' })]);
      await learned();
      expect((await info()).training.lastFailure).toMatch(/not to begin alone/);
      await report([cost(2, 2)]);
      await learned();
      expect(await info()).toMatchObject({
        model: { version: 1 },
        description: { trainedOn: 2 },
        training: { phase: 'idle', lastFailure: '' },
      });
    });

    it('should be tried again by a report sent again', async () => {
      await report([domainRecord(1, { errorMessage: '!throw' })]);
      await learned();
      await report([domainRecord(1, { errorMessage: '!throw' })]);
      expect((await info()).training).toMatchObject({ phase: 'running', targetSequence: 1 });
      await learned();
    });
  });

  describe('a restart', () => {
    it('should go on where it was', async () => {
      await report([cost(1, 2)]);
      await learned();
      const before = [await service.predict(asking()), await service.listModels()];
      await restart();
      const [answer, models] = before as [unknown, { totalTrainingSeconds: number }[]];
      expect(await service.predict(asking())).toEqual(answer);
      expect(await service.listModels()).toEqual(
        models.map((model) => ({ ...model, totalTrainingSeconds: 0 })),
      );
      await report([cost(1, 2), cost(2, 4)]);
      await learned();
      expect(fakeState(await service.exportModel(newest))).toMatchObject({
        trainedOn: 2,
        generation: 2,
      });
    });

    it('should learn at once what was stored and not learned', async () => {
      await restart({ frozen: true });
      await report([cost(1, 2)]);
      expect(await info()).toMatchObject({ model: { version: 0 }, training: { phase: 'frozen' } });
      await restart();
      await learned();
      expect(await info()).toMatchObject({ model: { version: 1 }, description: { trainedOn: 1 } });
    });

    it('should take the version before a damaged one, and learn again what it lacks', async () => {
      await report([cost(1, 2)]);
      await learned();
      await report([cost(2, 4)]);
      await learned();
      await tear(2);
      await restart();
      await learned();
      expect(await info()).toMatchObject({ model: { version: 3 }, description: { trainedOn: 2 } });
    });

    it('should not be ready before it has trained anew where all checkpoints are damaged', async () => {
      await report([cost(1, 2)]);
      await learned();
      await tear(1);
      await restart();
      expect(await info()).toMatchObject({ model: { version: 2 }, description: { trainedOn: 1 } });
    });

    it('should not be ready at all where it may not train either', async () => {
      await report([cost(1, 2)]);
      await learned();
      await tear(1);
      await expectError(() => restart({ frozen: true }), Code.DataLoss, /no checkpoint in/);
      await expectError(() => service.predict(asking()), Code.Unavailable, /no checkpoint is good/);
    });
  });

  describe('importModel()', () => {
    it('should serve what was exported elsewhere, after a restart too', async () => {
      const artifact = await fakeArtifact({ scale: 5 });
      const imported = await service.importModel(artifact);
      expect(imported).toMatchObject({
        model: { name: 'cdmpp', version: 1 },
        description: { trainedOn: 3, trainedThroughSequence: 0 },
      });
      const exported = await service.exportModel(newest);
      expect(exported.card).toBe(artifact.card);
      expect(Array.from(exported.weights)).toEqual(Array.from(artifact.weights));
      const before = await service.predict(asking());
      await restart();
      expect(await service.predict(asking())).toEqual(before);
    });

    it('should go on learning from it', async () => {
      await service.importModel(await fakeArtifact({ scale: 5 }));
      await report([cost(1, 2)]);
      await learned();
      expect(fakeState(await service.exportModel(newest)).generation).toBe(2);
    });

    it('should teach it the records that are here already', async () => {
      await report([cost(1, 2)]);
      await learned();
      await service.importModel(await fakeArtifact({ scale: 5 }));
      await learned();
      expect(await version()).toBe(3);
      expect(fakeState(await service.exportModel(newest))).toMatchObject({
        trainedOn: 1,
        generation: 2,
      });
    });

    it.each([
      ['a card that is no JSON', { card: '{' }, /not JSON/],
      ['other weights than the card says', { weights: new Uint8Array(2) }, /sha256/],
    ])('should refuse %s', async (_what, wrong, message) => {
      const artifact = { ...(await fakeArtifact({ scale: 5 })), ...wrong };
      await expectError(() => service.importModel(artifact), Code.InvalidArgument, message);
      expect(await version()).toBe(0);
    });
  });

  describe('dispose()', () => {
    it('should finish the calls under way and refuse those that come later', async () => {
      const underWay = [service.predict(asking()), report([cost(1, 1)])] as const;
      const disposed = service.dispose();
      await expectError(() => service.predict(asking()), Code.Unavailable, /shutting down/);
      expect((await underWay[0]).predictions).toHaveLength(2);
      expect((await underWay[1]).accepted).toBe(1);
      await disposed;
      await service.dispose();
    });

    it('should dispose every predictor', async () => {
      const { registry, made } = inlineFakes();
      await restart({ registry });
      await report([cost(1, 1)]);
      await learned();
      await service.dispose();
      expect(made.length).toBeGreaterThanOrEqual(3);
      expect(made.filter((predictor) => !predictor.disposed)).toEqual([]);
    });

    it('should leave the folder to the next server', async () => {
      const second = createCostModelService({ dataDir: folder.path, isolation: 'none' });
      await expectError(() => second.ready, Code.FailedPrecondition, /in use by another server/);
      await expectError(() => second.listModels(), Code.Unavailable, /starting/);
      await second.dispose();
      await restart();
    });
  });

  describe('options', () => {
    it.each([
      [{ dataDir: '' }, /dataDir is empty/],
      [{ maxBatchPrograms: 0 }, /maxBatchPrograms is 0; expected an integer of at least 1/],
      [{ maxQueueProgram: 1 }, /unknown options maxQueueProgram; known are dataDir, /],
      [{ isolation: 'container' }, /isolation is "container"/],
    ])('should refuse %j', async (wrong, message) => {
      const options = { dataDir: folder.path, ...wrong } as CostModelServiceOptions;
      await expectError(() => createCostModelService(options), Code.InvalidArgument, message);
    });

    it('should bound the queue as told', async () => {
      await restart({ maxQueuePrograms: 1 });
      await expectError(() => service.predict(asking()), Code.ResourceExhausted, /holds 1/);
      expect(
        (await service.predict(asking({ programs: [program('a')] }))).predictions,
      ).toHaveLength(1);
    });
  });
});
