import { Code } from '../../src/errors';
import { domainRecord } from '../support/domain-samples';
import { expectError } from '../support/expect-error';
import { fakeArtifact, fakeState } from '../support/fake-models';
import { asking, cost, newest, task, useLocalService } from '../support/use-local-service';

describe('what createCostModelService() learns', () => {
  const subject = useLocalService();

  describe('report()', () => {
    it('should store, then learn', async () => {
      expect(await subject.report([cost(1, 2), cost(2, 4)])).toEqual({
        accepted: 2,
        duplicates: 0,
        lastSequence: 2,
        totalRecords: 2,
      });
      await subject.learned();
      expect(await subject.info()).toEqual({
        model: { name: 'cdmpp-cpu', version: 1 },
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

    it('should keep what it is told not to learn from yet, until a report says otherwise', async () => {
      const { service } = subject;
      const deferred = { task: task.id, tunerId: '', deferLearning: true };
      await service.report({ ...deferred, records: [cost(1, 3)] });
      await service.report({ ...deferred, records: [cost(2, 6)] });
      expect((await subject.info()).training.phase).toBe('idle');
      expect(await subject.version()).toBe(0);
      const empty = await service.report({ task: task.id, records: [], tunerId: '' });
      expect(empty).toEqual({ accepted: 0, duplicates: 0, lastSequence: 0, totalRecords: 2 });
      await subject.learned();
      expect(await subject.info()).toMatchObject({
        model: { version: 1 },
        description: { trainedOn: 2 },
      });
    });

    it('should learn from all records, each training from the one before', async () => {
      for (let i = 1; i <= 3; i += 1) {
        await subject.report([cost(i, i)]);
        await subject.learned();
      }
      expect(fakeState(await subject.service.exportModel(newest))).toMatchObject({
        scale: (1 + 2 + 3) / 3,
        trainedOn: 3,
        generation: 3,
        seed: 3,
      });
      expect((await subject.info()).totalTrainingSeconds).toBe(3 * 0.5);
    });

    it('should learn what came in during a training right after it', async () => {
      const reports = [1, 2, 3, 4].map((i) => subject.report([cost(i, i)]));
      await Promise.all(reports);
      await subject.learned();
      const { description, model } = await subject.info();
      expect(description).toMatchObject({ trainedOn: 4, trainedThroughSequence: 4 });
      expect(model.version).toBeLessThanOrEqual(4);
    });

    it('should not train again for what it has learned', async () => {
      await subject.report([cost(1, 1)]);
      await subject.learned();
      const again = await subject.report([cost(1, 1)]);
      expect(again).toEqual({ accepted: 0, duplicates: 1, lastSequence: 1, totalRecords: 1 });
      expect((await subject.info()).training.phase).toBe('idle');
      expect(await subject.version()).toBe(1);
    });

    it('should wait with the estimate while nothing is valid, without calling it a failure', async () => {
      await subject.report([domainRecord(1, { errorNumber: 4 })]);
      await subject.learned();
      expect(await subject.info()).toMatchObject({
        model: { version: 0 },
        training: { phase: 'idle', lastFailure: '' },
      });
      await subject.report([cost(2, 2)]);
      await subject.learned();
      // The failed measurement counts as learned from: there is nothing in it.
      expect(await subject.info()).toMatchObject({
        model: { version: 1 },
        description: { trainedOn: 1, trainedThroughSequence: 2 },
      });
    });

    it('should keep nothing of a report with a bad record', async () => {
      const bad = () => subject.report([cost(1, 1), cost(2, Number.NaN)]);
      await expectError(bad, Code.InvalidArgument, /records\[1\]\.costs_seconds\[0\] is NaN/);
      expect((await subject.report([])).totalRecords).toBe(0);
    });
  });

  describe('a training that fails', () => {
    it.each([
      ['throws', '!throw', /told to throw/],
      ['gives no numbers', '!nan', /latency NaN/],
    ])(
      'should keep the old version where it %s, say why, and be tried again',
      async (_how, bid, reason) => {
        await subject.report([cost(1, 1)]);
        await subject.learned();
        await subject.report([domainRecord(2, { errorMessage: bid })]);
        await subject.learned();
        const failed = await subject.info();
        expect(failed.model.version).toBe(1);
        expect(failed.training.lastFailure).toMatch(reason);
        expect((await subject.service.predict(asking())).model.version).toBe(1);
        // The bid is still among the records: the next report tries, and fails, again.
        await subject.report([cost(3, 3)]);
        expect((await subject.info()).training).toMatchObject({
          phase: 'running',
          targetSequence: 3,
        });
        await subject.learned();
        expect(await subject.version()).toBe(1);
      },
    );

    it('should be forgotten once one succeeds', async () => {
      await subject.report([domainRecord(1, { errorMessage: '!alone' })]);
      await subject.learned();
      expect((await subject.info()).training.lastFailure).toMatch(/not to begin alone/);
      await subject.report([cost(2, 2)]);
      await subject.learned();
      expect(await subject.info()).toMatchObject({
        model: { version: 1 },
        description: { trainedOn: 2 },
        training: { phase: 'idle', lastFailure: '' },
      });
    });

    it('should be tried again by a report sent again', async () => {
      await subject.report([domainRecord(1, { errorMessage: '!throw' })]);
      await subject.learned();
      await subject.report([domainRecord(1, { errorMessage: '!throw' })]);
      expect((await subject.info()).training).toMatchObject({
        phase: 'running',
        targetSequence: 1,
      });
      await subject.learned();
    });
  });

  describe('a restart', () => {
    it('should go on where it was', async () => {
      await subject.report([cost(1, 2)]);
      await subject.learned();
      const before = [await subject.service.predict(asking()), await subject.service.listModels()];
      await subject.restart();
      const [answer, models] = before as [unknown, { totalTrainingSeconds: number }[]];
      expect(await subject.service.predict(asking())).toEqual(answer);
      expect(await subject.service.listModels()).toEqual(
        models.map((model) => ({ ...model, totalTrainingSeconds: 0 })),
      );
      await subject.report([cost(1, 2), cost(2, 4)]);
      await subject.learned();
      expect(fakeState(await subject.service.exportModel(newest))).toMatchObject({
        trainedOn: 2,
        generation: 2,
      });
    });

    it('should learn at once what was stored and not learned', async () => {
      await subject.restart({ frozen: true });
      await subject.report([cost(1, 2)]);
      expect(await subject.info()).toMatchObject({
        model: { version: 0 },
        training: { phase: 'frozen' },
      });
      await subject.restart();
      await subject.learned();
      expect(await subject.info()).toMatchObject({
        model: { version: 1 },
        description: { trainedOn: 1 },
      });
    });

    it('should take the version before a damaged one, and learn again what it lacks', async () => {
      await subject.report([cost(1, 2)]);
      await subject.learned();
      await subject.report([cost(2, 4)]);
      await subject.learned();
      await subject.tear(2);
      await subject.restart();
      await subject.learned();
      expect(await subject.info()).toMatchObject({
        model: { version: 3 },
        description: { trainedOn: 2 },
      });
    });

    it('should not be ready before it has trained anew where all checkpoints are damaged', async () => {
      await subject.report([cost(1, 2)]);
      await subject.learned();
      await subject.tear(1);
      await subject.restart();
      expect(await subject.info()).toMatchObject({
        model: { version: 2 },
        description: { trainedOn: 1 },
      });
    });

    it('should not be ready at all where it may not train either', async () => {
      await subject.report([cost(1, 2)]);
      await subject.learned();
      await subject.tear(1);
      await expectError(
        () => subject.restart({ frozen: true }),
        Code.DataLoss,
        /no checkpoint of "cdmpp-cpu" in/,
      );
      await expectError(
        () => subject.service.predict(asking()),
        Code.Unavailable,
        /no checkpoint is good/,
      );
    });
  });

  describe('importModel()', () => {
    it('should serve what was exported elsewhere, after a restart too', async () => {
      const artifact = await fakeArtifact({ scale: 5 });
      const imported = await subject.service.importModel(artifact);
      expect(imported).toMatchObject({
        model: { name: 'cdmpp-cpu', version: 1 },
        description: { trainedOn: 3, trainedThroughSequence: 0 },
      });
      const exported = await subject.service.exportModel(newest);
      expect(JSON.parse(exported.card)).toEqual({
        ...JSON.parse(artifact.card),
        targetKind: 'cpu',
      });
      expect(Array.from(exported.weights)).toEqual(Array.from(artifact.weights));
      const before = await subject.service.predict(asking());
      await subject.restart();
      expect(await subject.service.predict(asking())).toEqual(before);
    });

    it('should go on learning from it', async () => {
      await subject.service.importModel(await fakeArtifact({ scale: 5 }));
      await subject.report([cost(1, 2)]);
      await subject.learned();
      expect(fakeState(await subject.service.exportModel(newest)).generation).toBe(2);
    });

    it('should teach it the records that are here already', async () => {
      await subject.report([cost(1, 2)]);
      await subject.learned();
      await subject.service.importModel(await fakeArtifact({ scale: 5 }));
      await subject.learned();
      expect(await subject.version()).toBe(3);
      expect(fakeState(await subject.service.exportModel(newest))).toMatchObject({
        trainedOn: 1,
        generation: 2,
      });
    });

    it.each([
      ['a card that is no JSON', { card: '{' }, /not JSON/],
      ['other weights than the card says', { weights: new Uint8Array(2) }, /sha256/],
    ])('should refuse %s', async (_what, wrong, message) => {
      const artifact = { ...(await fakeArtifact({ scale: 5 })), ...wrong };
      await expectError(() => subject.service.importModel(artifact), Code.InvalidArgument, message);
      expect(await subject.version()).toBe(0);
    });
  });
});
