import { createCostModelClient, createRemotePredictor } from '../../src/client';
import { Code, PredictorError } from '../../src/errors';
import type { Predictor, TaskRecord } from '../../src/predictor';
import { createServer } from '../../src/server';
import { describePredictorContract } from '../contracts/predictor.contract';
import { expectError } from '../support/expect-error';
import {
  createFakeCostModelService,
  type FakeCostModelService,
} from '../support/fake-cost-model-service';
import { loadFixture } from '../support/fixtures';
import { withServer } from '../support/with-server';

const fixture = loadFixture('matmul-cpu');
const { task, programs, records } = fixture;

const connect = (address: string, fitTimeoutMs = 10_000): Predictor =>
  createRemotePredictor({ client: createCostModelClient({ address }), pollMs: 5, fitTimeoutMs });

describePredictorContract('a server in memory behind the gRPC client', {
  fixture,
  async create() {
    const service = createFakeCostModelService();
    const server = createServer({ service, drainTimeoutMs: 1000 });
    const predictor = connect(await server.listen('127.0.0.1:0'));
    return {
      predictor,
      async release() {
        await server.openCalls.idle();
        await server.drain();
        await service.dispose();
      },
    };
  },
});

describe('createRemotePredictor()', () => {
  const withPredictor = (
    action: (predictor: Predictor, service: FakeCostModelService) => Promise<void>,
    fitTimeoutMs?: number,
  ) =>
    withServer(async ({ address, service }) => {
      const predictor = connect(address, fitTimeoutMs);
      await action(predictor, service);
      await predictor.dispose();
    });

  it('should send a task once and its id from then on', () =>
    withPredictor(async (predictor, service) => {
      await predictor.predict({ task, programs });
      await predictor.predict({ task, programs });
      expect(service.calls.map((call) => call.task)).toEqual([task.id, task.id]);
    }));

  it('should register the task again where the server has lost it', () =>
    withPredictor(async (predictor, service) => {
      const before = await predictor.predict({ task, programs });
      service.failNext(new PredictorError(Code.NotFound, 'task is not known'));
      expect(await predictor.predict({ task, programs })).toEqual(before);
    }));

  it('should report every record once, of each task', () =>
    withPredictor(async (predictor, service) => {
      const other = loadFixture('softmax-cpu').task;
      const moved = (record: TaskRecord): TaskRecord => ({
        ...record,
        task: other,
        record: { ...record.record, idempotencyKey: `other ${record.record.idempotencyKey}` },
      });
      const all = [...records, ...records.map(moved)];
      const summary = await predictor.fit(all, { seed: 1 });
      expect(summary.trainedOn).toBe(all.length);
      expect(service.records).toEqual(all.map(({ record }) => record));
      // Again: duplicates, of which the server has learned.
      expect((await predictor.fit(all, { seed: 1 })).trainedOn).toBe(all.length);
      expect(service.records).toHaveLength(all.length);
    }));

  it('should not report to a server that does not learn', () =>
    withPredictor(async (predictor, service) => {
      service.freeze();
      await expectError(
        () => predictor.fit(records, { seed: 1 }),
        Code.FailedPrecondition,
        /told not to learn/,
      );
      expect(service.records).toHaveLength(0);
    }));

  describe('while the server trains', () => {
    /** A server whose training never reaches the last record. */
    const lagging = (lastFailure: string) => {
      const fake = createFakeCostModelService();
      const service: typeof fake = {
        ...fake,
        async getModel(model) {
          const info = await fake.getModel(model);
          const description = { ...info.description, trainedThroughSequence: 0 };
          return { ...info, description, training: { ...info.training, lastFailure } };
        },
      };
      return service;
    };
    const withLagging = (
      lastFailure: string,
      fitTimeoutMs: number,
      action: (predictor: Predictor) => Promise<void>,
    ) =>
      withServer(
        async ({ address }) => {
          const predictor = connect(address, fitTimeoutMs);
          await action(predictor);
          await predictor.dispose();
        },
        { service: lagging(lastFailure) },
      );

    it('should say why the training failed', () =>
      withLagging('all programs are unreadable', 60_000, (predictor) =>
        expectError(
          () => predictor.fit(records, { seed: 1 }),
          Code.FailedPrecondition,
          /^training ended before sequence 96: all programs are unreadable$/,
        ),
      ));

    it('should wait no longer than its bound', () =>
      withLagging('', 50, (predictor) =>
        expectError(
          () => predictor.fit(records, { seed: 1 }),
          Code.DeadlineExceeded,
          /^training took more than 50 ms to reach sequence 96; the records are kept$/,
        ),
      ));

    it('should stop waiting when told, and say what is known by then', () =>
      withLagging('', 60_000, async (predictor) => {
        const signal = AbortSignal.abort();
        const summary = await predictor.fit(records, { seed: 1, signal });
        expect(summary.trainedThroughSequence).toBe(0);
      }));
  });

  it('should finish what is under way when disposed of, and nothing later', () =>
    withServer(async ({ address, service }) => {
      service.hold();
      const predictor = connect(address);
      const asked = predictor.predict({ task, programs });
      while (service.waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await predictor.dispose();
      service.release();
      expect(await asked).toHaveLength(programs.length);
      await expectError(() => predictor.describe(), Code.FailedPrecondition, /\S/);
    }));
});
