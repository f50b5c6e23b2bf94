import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CostModelClient,
  type CostModelClientOptions,
  createCostModelClient,
} from '../../src/client';
import { Code, PredictorError } from '../../src/errors';
import type { PredictScope } from '../../src/wire';
import { expectError } from '../support/expect-error';
import { loadFixture } from '../support/fixtures';
import { createSelfSigned } from '../support/self-signed';
import { type RunningServer, until, withServer } from '../support/with-server';

const { task, programs } = loadFixture('matmul-cpu');
const scope: PredictScope = {
  task,
  model: { name: '', version: 0 },
  featureSet: undefined,
  tunerId: '',
};
const busy = () => new PredictorError(Code.Unavailable, 'queue has 9 programs; at most 8');

type Running = RunningServer<
  ReturnType<typeof import('../support/fake-cost-model-service').createFakeCostModelService>
>;

function withClient(
  action: (client: CostModelClient, running: Running) => Promise<void>,
  options: Omit<CostModelClientOptions, 'address'> = {},
): Promise<void> {
  return withServer(async (running) => {
    const client = createCostModelClient({ ...options, address: running.address });
    try {
      await action(client, running);
    } finally {
      client.dispose();
    }
  });
}

describe('createCostModelClient()', () => {
  it('should give the values of the domain', () =>
    withClient(async (client) => {
      const { taskId } = await client.registerTask(task);
      expect(taskId).toBe(task.id);
      const answer = await client.predict({ ...scope, task: taskId }, programs);
      expect(answer).toMatchObject({ model: { name: 'fake', version: 0 }, trainedOn: 0 });
      expect(answer.predictions).toHaveLength(programs.length);
      expect(await client.listModels()).toEqual([await client.getModel()]);
      const { model } = await client.importModel(await client.exportModel());
      expect(model).toEqual({ name: 'fake', version: 1 });
    }));

  it('should carry code and message of the server', () =>
    withClient((client) =>
      expectError(
        () => client.getModel({ name: 'other', version: 3 }),
        Code.NotFound,
        /^model other@3 is not known$/,
      ),
    ));

  it('should try again what the server was too busy for', () =>
    withClient(async (client, { service }) => {
      service.failNext(busy());
      expect(await client.listModels()).toHaveLength(1);
    }));

  it('should not try again more often than told', () =>
    withClient(
      async (client, { service }) => {
        service.failNext(busy());
        await expectError(() => client.listModels(), Code.Unavailable, /^queue has 9 programs/);
      },
      { maxAttempts: 1 },
    ));

  it('should not try again to import', () =>
    withClient(async (client, { service }) => {
      const artifact = await client.exportModel();
      service.failNext(busy());
      await expectError(() => client.importModel(artifact), Code.Unavailable, /^queue has/);
      expect(await client.listModels()).toHaveLength(1);
    }));

  it('should wait for a server that is not there yet', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cdmpp-'));
    const address = `unix:${join(folder, 'socket')}`;
    const client = createCostModelClient({ address });
    const models = client.listModels();
    await withServer(
      async () => {
        expect(await models).toHaveLength(1);
      },
      {},
      address,
    );
    client.dispose();
    rmSync(folder, { recursive: true });
  });

  it('should not wait beyond its deadline', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cdmpp-'));
    const client = createCostModelClient({
      address: `unix:${join(folder, 'socket')}`,
      deadlineMs: 100,
    });
    await expectError(() => client.listModels(), Code.DeadlineExceeded, /\S/);
    client.dispose();
    rmSync(folder, { recursive: true });
  });

  it('should cancel by its signal, in the queue of the server too', () =>
    withClient(async (client, { service, server }) => {
      service.hold();
      const controller = new AbortController();
      const asked = client.predict(scope, programs, { signal: controller.signal });
      const refused = expectError(() => asked, Code.Cancelled, /\S/);
      await until(() => service.waiting.length === 1);
      controller.abort();
      await refused;
      await server.openCalls.idle();
      expect(service.waiting).toHaveLength(0);
      await expectError(
        () => client.listModels({ signal: controller.signal }),
        Code.Cancelled,
        /^ListModels was cancelled before it was sent$/,
      );
    }));

  it('should present its token over TLS', () => {
    const { certificate, privateKey } = createSelfSigned();
    const token = 'correct-horse-battery';
    const rootCertificates = Buffer.from(certificate);
    return withServer(
      async ({ address }) => {
        const named = address.replace('127.0.0.1', 'localhost');
        const tls = { rootCertificates };
        const friend = createCostModelClient({ address: named, tls, token });
        expect(await friend.listModels()).toHaveLength(1);
        friend.dispose();
        const stranger = createCostModelClient({ address: named, tls });
        await expectError(() => stranger.listModels(), Code.Unauthenticated, /\S/);
        stranger.dispose();
      },
      {
        token,
        tls: { certificateChain: rootCertificates, privateKey: Buffer.from(privateKey) },
      },
    );
  });

  it.each([
    [{ address: '' }, /^address is empty/],
    [{ address: 'x:1', deadlineMs: 0 }, /^deadlineMs is 0; it must be an integer from 1/],
    [{ address: 'x:1', maxAttempts: 6 }, /^maxAttempts is 6; it must be an integer from 1 to 5/],
  ])('should refuse the options %p', (options, message) =>
    expectError(() => createCostModelClient(options), Code.InvalidArgument, message),
  );
});

describe('CostModelClient.predictStream()', () => {
  it('should answer each chunk, in order, as predict does', () =>
    withClient(async (client) => {
      const chunks = programs.map((program) => [program]);
      const streamed = [];
      for await (const answer of client.predictStream(scope, chunks)) streamed.push(answer);
      const { predictions } = await client.predict(scope, programs);
      expect(streamed.map((answer) => answer.predictions)).toEqual(
        predictions.map((prediction) => [prediction]),
      );
    }));

  it('should end the call when its reader stops early', () =>
    withClient(async (client, { server, service }) => {
      async function* endless() {
        for (;;) yield programs;
      }
      for await (const answer of client.predictStream(scope, endless())) {
        expect(answer.predictions).toHaveLength(programs.length);
        break;
      }
      await server.openCalls.idle();
      const { length } = service.calls;
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(service.calls).toHaveLength(length);
    }));

  it('should fail with what its source of chunks fails with', () =>
    withClient(async (client, { server }) => {
      async function* broken() {
        yield programs;
        throw new PredictorError(Code.OutOfRange, 'the source has run dry');
      }
      await expectError(
        async () => {
          for await (const _ of client.predictStream(scope, broken()));
        },
        Code.OutOfRange,
        /^the source has run dry$/,
      );
      await server.openCalls.idle();
    }));

  it('should fail with what the server says', () =>
    withClient((client) =>
      expectError(
        async () => {
          const unknown = { ...scope, task: 'unknown' };
          for await (const _ of client.predictStream(unknown, [programs]));
        },
        Code.NotFound,
        /^task "unknown" is not known$/,
      ),
    ));

  it('should cancel by its signal', () =>
    withClient(async (client, { service, server }) => {
      service.hold();
      const controller = new AbortController();
      const { signal } = controller;
      const refused = expectError(
        async () => {
          for await (const _ of client.predictStream(scope, [programs], { signal }));
        },
        Code.Cancelled,
        /\S/,
      );
      await until(() => service.waiting.length === 1);
      controller.abort();
      await refused;
      await server.openCalls.idle();
    }));
});
