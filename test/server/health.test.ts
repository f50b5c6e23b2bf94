import { Client, Server, ServerCredentials, status } from '@grpc/grpc-js';
import { bindAddress } from '../../src/server/bind-address';
import { createHealth } from '../../src/server/health';
import { COST_MODEL_SERVICE_NAME } from '../../src/wire';
import { createFakeCostModelService } from '../support/fake-cost-model-service';
import { createHealthClient } from '../support/health-client';
import { until, withServer } from '../support/with-server';

describe('grpc.health.v1', () => {
  it.each(['', COST_MODEL_SERVICE_NAME])(
    'should say NOT_SERVING for "%s" until the service is ready, and while draining',
    async (name) => {
      let becomeReady = (): void => undefined;
      const ready = new Promise<void>((resolve) => {
        becomeReady = resolve;
      });
      await withServer(
        async ({ address, server }) => {
          const health = createHealthClient(address, Client);
          expect(await health.check(name)).toBe('NOT_SERVING');
          const { statuses, ended } = health.watch(name);
          await until(() => statuses.length === 1);
          becomeReady();
          await until(() => statuses.length === 2);
          expect(await health.check(name)).toBe('SERVING');
          const drained = server.drain();
          expect(await ended).toBe(status.UNAVAILABLE);
          expect(statuses).toEqual(['NOT_SERVING', 'SERVING', 'NOT_SERVING']);
          // The open watch did not keep the drain waiting until its bound.
          expect(await drained).toBe(0);
          health.close();
        },
        { service: createFakeCostModelService(ready), drainTimeoutMs: 3_600_000 },
      );
    },
  );

  it('should not say SERVING where the service becomes ready while draining', async () => {
    const server = new Server();
    const health = createHealth();
    health.addToServer(server);
    const address = await bindAddress(server, '127.0.0.1:0', ServerCredentials.createInsecure());
    health.close();
    health.setServing(true);
    const client = createHealthClient(address, Client);
    expect(await client.check('')).toBe('NOT_SERVING');
    client.close();
    server.forceShutdown();
  });

  it('should follow the service where its model ceases and begins to answer', () =>
    withServer(async ({ address, service }) => {
      const health = createHealthClient(address, Client);
      const { statuses } = health.watch('');
      await until(() => statuses.length === 1);
      service.setServing(false);
      await until(() => statuses.length === 2);
      service.setServing(true);
      await until(() => statuses.length === 3);
      expect(statuses).toEqual(['SERVING', 'NOT_SERVING', 'SERVING']);
      health.close();
    }));

  it('should stay NOT_SERVING where the service cannot become ready', async () => {
    const ready = Promise.reject(new Error('weights are torn'));
    ready.catch(() => undefined);
    await withServer(
      async ({ address }) => {
        const health = createHealthClient(address, Client);
        expect(await health.check('')).toBe('NOT_SERVING');
        health.close();
      },
      { service: createFakeCostModelService(ready) },
    );
  });

  it('should say NOT_FOUND for a service that is not here', () =>
    withServer(async ({ address }) => {
      const health = createHealthClient(address, Client);
      await expect(health.check('cdmpp.v2.CostModel')).rejects.toMatchObject({
        code: status.NOT_FOUND,
      });
      health.close();
    }));
});
