import { Client, Metadata, status } from '@grpc/grpc-js';
import { createHealthClient } from '../../support/health-client';
import { sampleTask } from '../../support/sample-task';
import { answerOf, failureOf, withServer } from '../../support/with-server';

const token = 'correct horse battery staple';

function metadataOf(...values: string[]): Metadata {
  const metadata = new Metadata();
  for (const value of values) metadata.add('authorization', value);
  return metadata;
}

describe('createAuthInterceptor()', () => {
  it('should let the token pass, on unary and streamed calls', () =>
    withServer(
      async ({ client }) => {
        const metadata = metadataOf(`Bearer ${token}`);
        expect(await answerOf((done) => client.listModels({}, metadata, done))).toBeDefined();
        const call = client.predictStream(metadata);
        const first = new Promise((resolve) => call.once('data', resolve));
        call.write({ chunk: { task: sampleTask(), programs: [] } });
        call.end();
        expect(await first).toMatchObject({ chunk: { predictions: [] } });
      },
      { token },
    ));

  it.each<[string, string[]]>([
    ['no metadata', []],
    ['another token', ['Bearer wrong horse']],
    ['the token without its scheme', [token]],
    ['a prefix of the token', [`Bearer ${token.slice(0, -1)}`]],
  ])('should refuse %s, before any handler', (_name, values) =>
    withServer(
      async ({ client, service }) => {
        const request = { task: sampleTask(), programs: [{ loopNest: 'a' }] };
        const failure = await failureOf(
          answerOf((done) => client.predict(request, metadataOf(...values), done)),
        );
        expect(failure.code).toBe(status.UNAUTHENTICATED);
        expect(failure.details).not.toContain(token);
        const call = client.predictStream(metadataOf(...values));
        const ended = new Promise((resolve) => call.once('error', resolve));
        call.resume();
        expect(await ended).toMatchObject({ code: status.UNAUTHENTICATED });
        expect(service.calls).toHaveLength(0);
      },
      { token },
    ),
  );

  it('should leave health open to probes', () =>
    withServer(
      async ({ address }) => {
        const health = createHealthClient(address, Client);
        expect(await health.check('')).toBe('SERVING');
        health.close();
      },
      { token },
    ));
});
