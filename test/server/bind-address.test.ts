import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { Code } from '../../src/errors';
import { createServer } from '../../src/server';
import { loadCostModelClient } from '../../src/wire';
import { expectError } from '../support/expect-error';
import { createFakeCostModelService } from '../support/fake-cost-model-service';
import { createSelfSigned } from '../support/self-signed';
import { answerOf, failureOf, withServer } from '../support/with-server';

const listen = (address: string) =>
  createServer({ service: createFakeCostModelService() }).listen(address);

describe('CostModelServer.listen()', () => {
  let folder = '';
  // grpc-js prints what it also throws.
  beforeAll(() => setLogVerbosity(logVerbosity.NONE));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdmpp-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('should say which port it got', () =>
    withServer(async ({ address }) => {
      expect(address).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
    }));

  it('should refuse a port that is taken', () =>
    withServer(async ({ address }) => {
      await expectError(
        () => listen(address),
        Code.FailedPrecondition,
        new RegExp(`^address ${address} cannot be bound: .*EADDRINUSE`),
      );
    }));

  it.each(['unix:', 'unix://'])('should serve %s at a path, for its owner alone', (scheme) => {
    const path = join(folder, 'socket');
    return withServer(
      async ({ client, address }) => {
        expect(address).toBe(scheme + path);
        expect(statSync(path).mode & 0o777).toBe(0o600);
        expect(await answerOf((done) => client.listModels({}, done))).toBeDefined();
      },
      {},
      scheme + path,
    );
  });

  it('should take over the socket of a server that was killed', () => {
    const path = join(folder, 'socket');
    const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    expect(spawnSync(process.execPath, ['-e', script]).signal).toBe('SIGKILL');
    expect(statSync(path).isSocket()).toBe(true);
    return withServer(
      async ({ client }) => {
        expect(await answerOf((done) => client.listModels({}, done))).toBeDefined();
      },
      {},
      `unix:${path}`,
    );
  });

  it('should not take a socket from a server that lives, nor remove a file', async () => {
    const path = join(folder, 'socket');
    await withServer(
      async ({ client }) => {
        await expectError(
          () => listen(`unix:${path}`),
          Code.FailedPrecondition,
          /cannot be bound: another server answers there$/,
        );
        expect(await answerOf((done) => client.listModels({}, done))).toBeDefined();
      },
      {},
      `unix:${path}`,
    );
    writeFileSync(path, 'precious');
    await expectError(
      () => listen(`unix:${path}`),
      Code.FailedPrecondition,
      /cannot be bound: a file that is no socket is in the way$/,
    );
    expect(statSync(path).size).toBe('precious'.length);
  });

  it('should speak TLS with its certificate, and nothing else', async () => {
    const { certificate, privateKey } = createSelfSigned();
    const tls = {
      certificateChain: Buffer.from(certificate),
      privateKey: Buffer.from(privateKey),
    };
    await withServer(
      async ({ address, client: plain }) => {
        const client = new (loadCostModelClient())(
          address,
          credentials.createSsl(Buffer.from(certificate)),
          { 'grpc.ssl_target_name_override': 'localhost' },
        );
        expect(await answerOf((done) => client.listModels({}, done))).toBeDefined();
        client.close();
        const failure = await failureOf(answerOf((done) => plain.listModels({}, done)));
        expect(failure.code).toBe(Code.Unavailable);
      },
      { tls },
    );
  });

  it('should refuse a certificate that is none', () => {
    const nonsense = Buffer.from('no pem');
    const server = createServer({
      service: createFakeCostModelService(),
      tls: { certificateChain: nonsense, privateKey: nonsense },
    });
    return expectError(
      () => server.listen('127.0.0.1:0'),
      Code.InvalidArgument,
      /^tls certificate and key cannot be used: /,
    );
  });
});
