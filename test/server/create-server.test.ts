import { credentials, Metadata, status } from '@grpc/grpc-js';
import { Code, PredictorError } from '../../src/errors';
import { createServer } from '../../src/server';
import { loadCostModelClient } from '../../src/wire';
import { createFakeCostModelService } from '../support/fake-cost-model-service';
import { sampleTask } from '../support/sample-task';
import { answerOf, failureOf, until, withServer } from '../support/with-server';

const programs = [
  { loopNest: 'for i (0,4)' },
  { loopNest: 'unreadable' },
  { transformSteps: '[]' },
];

describe('createServer()', () => {
  it('should answer each unary call', () =>
    withServer(async ({ client, service }) => {
      const { taskId, referenceLatencySeconds } = await answerOf<{
        taskId: string;
        referenceLatencySeconds: number;
      }>((done) => client.registerTask({ task: sampleTask() }, done));
      expect(taskId).toMatch(/^[0-9a-f]{32}$/);
      expect(referenceLatencySeconds).toBe(2 ** -20);

      const prediction = await answerOf((done) => client.predict({ taskId, programs }, done));
      expect(prediction).toMatchObject({
        predictions: [
          { status: 'PREDICTION_STATUS_OK' },
          { status: 'PREDICTION_STATUS_UNREADABLE', latencySeconds: 0, reason: /line 1/ },
          { status: 'PREDICTION_STATUS_OK' },
        ].map(({ reason, ...rest }) =>
          reason === undefined ? rest : { ...rest, reason: expect.stringMatching(reason) },
        ),
        model: { name: 'fake', version: '0' },
        trainedOn: '0',
      });

      const record = { program: programs[0] ?? {}, costsSeconds: [0.5], recordLine: '{}' };
      const report = { taskId, records: [record, record] };
      expect(await answerOf((done) => client.report(report, done))).toEqual({
        accepted: '1',
        duplicates: '1',
        lastSequence: '1',
        totalRecords: '1',
      });
      expect(service.records[0]?.costsSeconds).toEqual([0.5]);

      const info = { model: { name: 'fake', version: '1' }, trainedOn: '1' };
      expect(await answerOf((done) => client.getModel({}, done))).toMatchObject(info);
      expect(await answerOf((done) => client.listModels({}, done))).toMatchObject({
        models: [{ model: { version: '0' } }, info],
      });
      const artifact = await answerOf<{ card: string; weights: Buffer }>((done) =>
        client.exportModel({}, done),
      );
      expect(await answerOf((done) => client.importModel({ artifact }, done))).toMatchObject({
        model: { model: { name: 'fake', version: '2' } },
      });
    }));

  it('should carry the code and message of a PredictorError', () =>
    withServer(async ({ client, service }) => {
      service.failNext(new PredictorError(Code.Unavailable, 'queue has 9 programs; at most 8'));
      expect(await failureOf(answerOf((done) => client.listModels({}, done)))).toEqual({
        code: status.UNAVAILABLE,
        details: 'queue has 9 programs; at most 8',
      });
    }));

  it('should keep the text of a foreign error to the log', () =>
    withServer(async ({ client, service }) => {
      service.failNext(new TypeError('cannot read /home/someone/secret'));
      expect(await failureOf(answerOf((done) => client.listModels({}, done)))).toEqual({
        code: status.INTERNAL,
        details: 'internal: unexpected failure; see the log',
      });
    }));

  it('should answer INVALID_ARGUMENT to bytes that are no message', () =>
    withServer(async ({ client }) => {
      const answer = answerOf((done) =>
        client.makeUnaryRequest(
          '/cdmpp.v1.CostModel/Predict',
          // A tag of wire type 7, which does not exist.
          () => Buffer.from([0x0f]),
          (bytes) => bytes,
          {},
          done,
        ),
      );
      expect(await failureOf(answer)).toEqual({
        code: status.INVALID_ARGUMENT,
        details: expect.stringMatching(/^the request is not a message of its type: /),
      });
    }));

  it('should refuse a message above its bound, saying both sizes', () =>
    withServer(
      async ({ client }) => {
        const large = { taskId: 'x'.repeat(2048) };
        expect(await failureOf(answerOf((done) => client.predict(large, done)))).toEqual({
          code: status.RESOURCE_EXHAUSTED,
          details: expect.stringMatching(/larger than max.*1024/),
        });
      },
      { maxMessageBytes: 1024 },
    ));

  it('should refuse more programs than allowed, and predict none of them', () =>
    withServer(async ({ client, service }) => {
      const request = { task: sampleTask(), programs: Array(4097).fill({ loopNest: 'a' }) };
      expect(await failureOf(answerOf((done) => client.predict(request, done)))).toEqual({
        code: status.RESOURCE_EXHAUSTED,
        details: 'programs has 4097 entries; at most 4096 are allowed: split the call',
      });
      expect(service.calls).toHaveLength(0);
    }));

  it('should abort the signal of a call that is cancelled', () =>
    withServer(async ({ client, service, server }) => {
      service.hold();
      const call = client.predict({ task: sampleTask(), programs }, () => undefined);
      call.on('error', () => undefined);
      await until(() => service.waiting.length === 1);
      const signal = service.waiting[0]?.signal;
      call.cancel();
      await server.openCalls.idle();
      expect(service.waiting).toHaveLength(0);
      expect(signal?.reason).toMatchObject({ code: Code.Cancelled });
    }));

  it('should abort the signal of a call whose deadline passes', () =>
    withServer(async ({ client, service, server }) => {
      service.hold();
      // The deadline of the server alone: a client's own would cancel the call first.
      const metadata = new Metadata();
      metadata.set('grpc-timeout', '1000m');
      const answer = answerOf((done) =>
        client.predict({ task: sampleTask(), programs }, metadata, done),
      );
      await until(() => service.calls.length === 1);
      const signal = service.calls[0]?.signal;
      expect((await failureOf(answer)).code).toBe(status.DEADLINE_EXCEEDED);
      await server.openCalls.idle();
      expect(signal?.reason).toMatchObject({ code: Code.DeadlineExceeded });
    }));

  it.each([
    [{ maxMessageBytes: 1 }, /^maxMessageBytes is 1; it must be an integer from 1024/],
    [{ drainTimeoutMs: -1 }, /^drainTimeoutMs is -1/],
    [{ token: '' }, /^token is empty/],
  ])('should refuse the options %p', (options, message) => {
    const service = createFakeCostModelService();
    expect(() => createServer({ service, ...options })).toThrow(
      expect.objectContaining({ rawMessage: expect.stringMatching(message) }),
    );
  });
});

describe('CostModelServer.drain()', () => {
  it('should finish the calls under way and take no new ones', () =>
    withServer(async ({ client, service, server, address }) => {
      service.hold();
      const answer = answerOf((done) => client.predict({ task: sampleTask(), programs }, done));
      await until(() => service.waiting.length === 1);
      const drained = server.drain();
      const late = new (loadCostModelClient())(address, credentials.createInsecure(), {
        'grpc.enable_retries': 0,
      });
      const refused = failureOf(answerOf((done) => late.listModels({}, done)));
      expect((await refused).code).toBe(status.UNAVAILABLE);
      late.close();
      service.release();
      expect(await answer).toMatchObject({ trainedOn: '0' });
      expect(await drained).toBe(0);
    }));

  it('should cut off what is open after its bound', () =>
    withServer(
      async ({ client, service, server }) => {
        service.hold();
        const answer = answerOf((done) => client.predict({ task: sampleTask(), programs }, done));
        await until(() => service.waiting.length === 1);
        const failed = failureOf(answer);
        expect(await server.drain()).toBe(1);
        expect([status.UNAVAILABLE, status.CANCELLED, status.INTERNAL]).toContain(
          (await failed).code,
        );
        await server.openCalls.idle();
        expect(service.waiting).toHaveLength(0);
      },
      { drainTimeoutMs: 20 },
    ));
});
