import { Code } from '../../src/errors';
import { type CostModelServiceOptions, createCostModelService } from '../../src/serving';
import { domainTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';
import { inlineFakes, program } from '../support/fake-models';
import { asking, cost, task, useLocalService } from '../support/use-local-service';

describe('createCostModelService()', () => {
  const subject = useLocalService();

  describe('tasks', () => {
    it('should give a task its id and one positive reference', async () => {
      const registered = await subject.service.registerTask(task);
      expect(registered.taskId).toBe(task.id);
      expect(registered.referenceLatencySeconds).toBeGreaterThan(0);
      expect(registered.modelName).toBe('cdmpp-cpu');
      expect(await subject.service.registerTask(domainTask())).toEqual(registered);
    });

    it('should know a task by its id after a restart', async () => {
      const before = await subject.service.predict(asking());
      await subject.restart();
      expect(await subject.service.predict(asking())).toEqual(before);
    });

    it('should refuse ids that it does not know', async () => {
      const unknown = domainTask(99);
      const call = asking({ task: unknown.id });
      await expectError(
        () => subject.service.predict(call),
        Code.NotFound,
        /register the task again/,
      );
      const records = [cost(1, 1)];
      const stray = () => subject.service.report({ task: unknown.id, records, tunerId: '' });
      await expectError(stray, Code.NotFound, /register the task again/);
    });

    it('should take a task with the call itself', async () => {
      const inline = domainTask(99);
      expect((await subject.service.predict(asking({ task: inline }))).predictions).toHaveLength(2);
      const result = await subject.service.report({
        task: inline,
        records: [cost(1, 1)],
        tunerId: '',
      });
      expect(result.accepted).toBe(1);
      await subject.restart();
      expect((await subject.service.predict(asking({ task: inline.id }))).predictions).toHaveLength(
        2,
      );
    });
  });

  describe('predict()', () => {
    it('should answer with the estimate before anything was learned', async () => {
      const answer = await subject.service.predict(asking());
      expect(answer).toMatchObject({ model: { name: 'cdmpp-cpu', version: 0 }, trainedOn: 0 });
      expect(answer.predictions.every((prediction) => prediction.ok)).toBe(true);
      expect(await subject.service.predict(asking({ programs: [] }))).toEqual({
        ...answer,
        predictions: [],
      });
    });

    it('should let no NaN through: such a program fails, alone and INTERNAL', async () => {
      const programs = [program('a'), program('!nan'), program('b')];
      const { predictions } = await subject.service.predict(asking({ programs }));
      expect(predictions[1]).toMatchObject({ ok: false, code: Code.Internal });
      expect([predictions[0], predictions[2]]).toEqual(
        (await subject.service.predict(asking())).predictions,
      );
    });

    it('should refuse a feature set that the model was not trained on', async () => {
      expect(
        (await subject.service.predict(asking({ featureSet: 'loop-nest' }))).predictions,
      ).toHaveLength(2);
      await expectError(
        () => subject.service.predict(asking({ featureSet: 'lowered' })),
        Code.InvalidArgument,
        /feature_set is lowered; model "cdmpp-cpu" version 0 was trained on loop-nest/,
      );
    });

    it('should hear the signal', async () => {
      const call = asking({ signal: AbortSignal.abort() });
      await expectError(() => subject.service.predict(call), Code.Cancelled, /abort/);
      await subject.service.predict(asking());
      await expectError(() => subject.service.predict(call), Code.Cancelled, /abort/);
    });

    it('should answer a pinned version bit for bit the same while newer ones come', async () => {
      await subject.report([cost(1, 3)]);
      await subject.learned();
      const pinned = asking({ model: { name: 'cdmpp', version: 1 } });
      const before = await subject.service.predict(pinned);
      expect(before).toMatchObject({ model: { version: 1 }, trainedOn: 1 });
      await subject.report([cost(2, 6)]);
      await subject.learned();
      expect(await subject.service.predict(pinned)).toEqual({ ...before, cached: 2 });
      const now = await subject.service.predict(asking());
      expect(now).toMatchObject({ model: { version: 2 }, trainedOn: 2 });
      expect(now.predictions).not.toEqual(before.predictions);
      // Nothing is cached any more: what answers is the model from disk.
      await subject.restart();
      expect(await subject.service.predict(pinned)).toEqual(before);
    });

    it('should say how many programs it knew, and give them the same bits without a cache', async () => {
      const before = await subject.service.predict(asking());
      const programs = [program('c'), program('b'), program('c'), program('!unreadable')];
      const mixed = await subject.service.predict(asking({ programs }));
      expect([before.cached, mixed.cached]).toEqual([0, 2]);
      const again = await subject.service.predict(asking({ programs }));
      expect(again).toEqual({ ...mixed, cached: 4 });
      await subject.restart({ scoreCacheBytes: 0 });
      const plain = await subject.service.predict(asking({ programs }));
      expect(plain).toEqual({ ...mixed, cached: 0 });
      expect((await subject.service.predict(asking({ programs }))).cached).toBe(0);
    });

    it('should finish a stream on the estimate that it began on', async () => {
      const before = await subject.service.predict(asking());
      await subject.report([cost(1, 3)]);
      await subject.learned();
      const pinned = asking({ model: { ...before.model, pinned: true } });
      expect(await subject.service.predict(pinned)).toEqual({ ...before, cached: 2 });
      expect((await subject.service.predict(asking())).model.version).toBe(1);
    });
  });

  describe('dispose()', () => {
    it('should finish the calls under way and refuse those that come later', async () => {
      const underWay = [subject.service.predict(asking()), subject.report([cost(1, 1)])] as const;
      const disposed = subject.service.dispose();
      await expectError(() => subject.service.predict(asking()), Code.Unavailable, /shutting down/);
      expect((await underWay[0]).predictions).toHaveLength(2);
      expect((await underWay[1]).accepted).toBe(1);
      await disposed;
      await subject.service.dispose();
    });

    it('should dispose every predictor', async () => {
      const { registry, made } = inlineFakes();
      await subject.restart({ registry });
      await subject.report([cost(1, 1)]);
      await subject.learned();
      await subject.service.dispose();
      expect(made.length).toBeGreaterThanOrEqual(3);
      expect(made.filter((predictor) => !predictor.disposed)).toEqual([]);
    });

    it('should leave the folder to the next server', async () => {
      const second = createCostModelService({ dataDir: subject.folder.path, isolation: 'none' });
      await expectError(() => second.ready, Code.FailedPrecondition, /in use by another server/);
      await expectError(() => second.listModels(), Code.Unavailable, /starting/);
      await second.dispose();
      await subject.restart();
    });
  });

  describe('options', () => {
    it.each([
      [{ dataDir: '' }, /dataDir is empty/],
      [{ maxBatchPrograms: 0 }, /maxBatchPrograms is 0; expected an integer of at least 1/],
      [{ maxQueueProgram: 1 }, /unknown options maxQueueProgram; known are dataDir, /],
      [{ isolation: 'container' }, /isolation is "container"/],
    ])('should refuse %j', async (wrong, message) => {
      const options = { dataDir: subject.folder.path, ...wrong } as CostModelServiceOptions;
      await expectError(() => createCostModelService(options), Code.InvalidArgument, message);
    });

    it('should bound the queue as told', async () => {
      await subject.restart({ maxQueuePrograms: 1 });
      await expectError(() => subject.service.predict(asking()), Code.ResourceExhausted, /holds 1/);
      expect(
        (await subject.service.predict(asking({ programs: [program('a')] }))).predictions,
      ).toHaveLength(1);
    });
  });
});
