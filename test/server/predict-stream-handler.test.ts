import { type ServiceError, status } from '@grpc/grpc-js';
import { Code, PredictorError } from '../../src/errors';
import type { PredictAnswer, PredictCall } from '../../src/serving';
import type { PredictStreamResponse, RawCostModelClient } from '../../src/wire';
import { createFakeCostModelService } from '../support/fake-cost-model-service';
import { sampleTask } from '../support/sample-task';
import { answerOf, until, withServer } from '../support/with-server';

/** One program a chunk; the first says the task. */
const chunkAt = (index: number) => ({
  chunk: {
    ...(index === 0 ? { task: sampleTask(), tunerId: 'tuner' } : {}),
    programs: [{ loopNest: `program ${index}` }],
  },
});
const chunks = (count: number) => Array.from({ length: count }, (_, index) => chunkAt(index));

/** Answers as they come, and the status at the end. */
function open(client: RawCostModelClient) {
  const call = client.predictStream();
  const answers: PredictStreamResponse[] = [];
  call.on('data', (answer: PredictStreamResponse) => answers.push(answer));
  const ended = new Promise<Pick<ServiceError, 'code' | 'details'>>((resolve) => {
    call.on('error', () => undefined);
    call.on('status', ({ code, details }) => resolve({ code, details }));
  });
  return { call, answers, ended };
}

describe('PredictStream', () => {
  it('should answer chunk by chunk, in order, as the unary call does', () =>
    withServer(async ({ client, service }) => {
      const { call, answers, ended } = open(client);
      for (const chunk of chunks(20)) call.write(chunk);
      call.end();
      expect(await ended).toEqual({ code: status.OK, details: 'OK' });
      const programs = chunks(20).flatMap(({ chunk }) => chunk.programs);
      const unary = await answerOf<{ predictions: unknown[] }>((done) =>
        client.predict({ task: sampleTask(), programs }, done),
      );
      expect(answers.flatMap(({ chunk }) => chunk?.predictions)).toEqual(unary.predictions);
      expect(answers).toHaveLength(20);
      expect(service.calls.map(({ tunerId }) => tunerId)).toEqual([...Array(20).fill('tuner'), '']);
    }));

  it.each([0, 1])('should answer every chunk by version %i, whatever is swapped in', (version) =>
    withServer(async ({ client, service }) => {
      for (let i = 0; i < version; i++) service.swap();
      const { call, answers, ended } = open(client);
      call.write(chunkAt(0));
      await until(() => answers.length === 1);
      service.swap();
      call.write(chunkAt(1));
      await until(() => answers.length === 2);
      service.swap();
      call.write(chunkAt(2));
      call.end();
      await ended;
      expect(answers.map(({ chunk }) => chunk?.model?.version)).toEqual(
        Array(3).fill(String(version)),
      );
    }),
  );

  it('should abort the stream where another version answers a chunk', async () => {
    const fake = createFakeCostModelService();
    // A service that does not keep the version it was pinned to.
    const forgetful = {
      ...fake,
      predict: (call: PredictCall): Promise<PredictAnswer> =>
        fake.predict({ ...call, model: { ...call.model, pinned: false } }),
    };
    await withServer(
      async ({ client }) => {
        const { call, answers, ended } = open(client);
        call.write(chunkAt(0));
        await until(() => answers.length === 1);
        fake.swap();
        call.write(chunkAt(1));
        expect(await ended).toEqual({
          code: status.ABORTED,
          details: expect.stringMatching(/^version is 1 after 0; one version must answer a stream/),
        });
      },
      { service: forgetful },
    );
  });

  it.each([
    ['an absent chunk', {}, /^chunk 1 is absent/],
    [
      'a later chunk with a task',
      { chunk: { taskId: 'x' } },
      /^chunk 1 sets task_id; only chunk 0/,
    ],
  ])('should end the stream with INVALID_ARGUMENT at %s', (_name, bad, message) =>
    withServer(async ({ client }) => {
      const { call, answers, ended } = open(client);
      call.write(chunkAt(0));
      call.write(bad);
      expect(await ended).toEqual({
        code: status.INVALID_ARGUMENT,
        details: expect.stringMatching(message),
      });
      expect(answers).toHaveLength(1);
    }),
  );

  it('should end an empty stream without an answer', () =>
    withServer(async ({ client }) => {
      const { call, answers, ended } = open(client);
      call.end();
      expect((await ended).code).toBe(status.OK);
      expect(answers).toHaveLength(0);
    }));

  it('should queue the next chunks, a few of them, while one is scored', () =>
    withServer(async ({ client, service }) => {
      service.hold();
      const { call, answers, ended } = open(client);
      for (const chunk of chunks(9)) call.write(chunk);
      call.end();
      await until(() => service.waiting.length === 4);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(service.calls).toHaveLength(4);
      expect(answers).toHaveLength(0);
      service.release();
      expect((await ended).code).toBe(status.OK);
      const asked = service.calls.map(({ programs }) => programs[0]?.loopNest);
      expect(asked).toEqual(Array.from({ length: 9 }, (_, index) => `program ${index}`));
      expect(answers).toHaveLength(9);
    }));

  it('should take what is queued of a stream that has failed out of the queue', () =>
    withServer(async ({ client, service, server }) => {
      const { call, answers, ended } = open(client);
      call.write(chunkAt(0));
      await until(() => answers.length === 1);
      service.hold();
      service.failNext(new PredictorError(Code.Unavailable, 'the queue is full'));
      for (const index of [1, 2, 3]) call.write(chunkAt(index));
      expect(await ended).toEqual({ code: status.UNAVAILABLE, details: 'the queue is full' });
      await server.openCalls.idle();
      await until(() => service.waiting.length === 0);
    }));

  it('should take a cancelled stream out of the queue', () =>
    withServer(async ({ client, service, server }) => {
      service.hold();
      const { call, ended } = open(client);
      for (const chunk of chunks(9)) call.write(chunk);
      await until(() => service.waiting.length === 4);
      const signals = service.waiting.map((each) => each.signal);
      call.cancel();
      expect((await ended).code).toBe(status.CANCELLED);
      await server.openCalls.idle();
      expect(service.waiting).toHaveLength(0);
      for (const signal of signals) expect(signal?.reason).toMatchObject({ code: Code.Cancelled });
      expect(service.calls).toHaveLength(4);
    }));

  it('should not score for a reader that does not read', () =>
    withServer(async ({ client, service }) => {
      // 2,000 chunks of 100 programs: far more answers than all buffers between hold.
      const count = 2000;
      const programs = Array.from({ length: 100 }, () => ({ loopNest: 'unreadable' }));
      const call = client.predictStream();
      call.setMaxListeners(0);
      call.on('error', () => undefined);
      // grpc-js holds a connection back only from the first read on.
      call.once('data', () => call.pause());
      const write = async (): Promise<void> => {
        for (let index = 0; index < count && !call.destroyed; index++) {
          const chunk = { ...(index === 0 ? { task: sampleTask() } : {}), programs };
          if (!call.write({ chunk })) {
            await new Promise<void>((resolve) => {
              call.once('drain', resolve);
              call.once('close', resolve);
            });
          }
        }
      };
      void write();
      await until(() => service.calls.length > 0);
      let seen = 0;
      for (let still = 0; still < 5; still++) {
        if (seen !== service.calls.length) still = 0;
        seen = service.calls.length;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect(seen).toBeLessThan(count);
      call.cancel();
    }));
});
