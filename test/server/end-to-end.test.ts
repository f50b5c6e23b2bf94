import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@grpc/grpc-js';
import {
  type CostModelClient,
  type CostModelClientOptions,
  createCostModelClient,
  createRemotePredictor,
} from '../../src/client';
import { Code } from '../../src/errors';
import type { PredictScope } from '../../src/wire';
import { describePredictorContract } from '../contracts/predictor.contract';
import { expectError } from '../support/expect-error';
import { loadFixture } from '../support/fixtures';
import { createHealthClient } from '../support/health-client';
import { type SpawnedServer, spawnCommand, spawnServer } from '../support/spawn-server';
import { until } from '../support/with-server';

const fixture = loadFixture('matmul-cpu');
const { task, programs, records } = fixture;
const tunerId = 'end-to-end';
const scope: PredictScope = {
  task: task.id,
  model: { name: '', version: 0 },
  featureSet: undefined,
  tunerId,
};
const TIMEOUT_MS = 180_000;

/** A data folder of its own, removed with everything in it. */
async function withDataDir(action: (dataDir: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cdmpp-'));
  try {
    await action(join(folder, 'data'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function withSpawned(
  args: readonly string[],
  action: (server: SpawnedServer, client: CostModelClient) => Promise<void>,
  options: Partial<CostModelClientOptions> = {},
): Promise<void> {
  const server = await spawnServer(...args);
  const client = createCostModelClient({ ...options, address: server.address });
  try {
    await action(server, client);
  } finally {
    client.dispose();
    await server.stop('SIGKILL');
  }
}

async function trainedThrough(client: CostModelClient, sequence: number): Promise<void> {
  for (;;) {
    const { description, training } = await client.getModel();
    if (training.lastFailure !== '') throw new Error(training.lastFailure);
    if (description.trainedThroughSequence >= sequence) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describePredictorContract('a real server behind the gRPC client', {
  fixture,
  timeoutMs: TIMEOUT_MS,
  async create() {
    const folder = mkdtempSync(join(tmpdir(), 'cdmpp-'));
    // The contract is about the model's answers, not about what is remembered of them.
    const server = await spawnServer('--data-dir', join(folder, 'data'), '--score-cache-mib', '0');
    return {
      predictor: createRemotePredictor({
        client: createCostModelClient({ address: server.address }),
      }),
      async release() {
        const { code, signal } = await server.stop('SIGTERM');
        rmSync(folder, { recursive: true });
        // A server that does not end by itself has leaked something.
        if (code !== 0) throw new Error(`serve ended with ${code} ${signal}:\n${server.output()}`);
      },
    };
  },
});

describe('cdmpp serve', () => {
  it(
    'should estimate before it has learned, and say so',
    () =>
      withDataDir((dataDir) =>
        withSpawned(['--data-dir', dataDir], async (server, client) => {
          expect(server.line).toEqual({
            event: 'serving',
            address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
            models: ['cdmpp-cpu@0', 'cdmpp-gpu@0'],
          });
          const { taskId, referenceLatencySeconds, modelName } = await client.registerTask(task);
          expect([taskId, modelName]).toEqual([task.id, 'cdmpp-cpu']);
          expect(referenceLatencySeconds).toBeGreaterThan(0);
          const answer = await client.predict(scope, programs);
          expect(answer).toMatchObject({ model: { name: 'cdmpp-cpu', version: 0 }, trainedOn: 0 });
          expect(answer.predictions.every(({ ok }) => ok)).toBe(true);
          const health = createHealthClient(server.address, Client);
          expect(await health.check('')).toBe('SERVING');
          health.close();
        }),
      ),
    TIMEOUT_MS,
  );

  it(
    'should keep every acknowledged record, and its model, when it is killed',
    () =>
      withDataDir(async (dataDir) => {
        const args = ['--data-dir', dataDir];
        const reported = records.map(({ record }) => record);
        const late = { ...reported[0], idempotencyKey: 'acknowledged just before the kill' };
        let before: unknown;
        await withSpawned(args, async (server, client) => {
          await client.registerTask(task);
          const report = { task: task.id, records: reported, tunerId };
          expect(await client.report(report)).toEqual({
            accepted: reported.length,
            duplicates: 0,
            lastSequence: reported.length,
            totalRecords: reported.length,
          });
          await trainedThrough(client, reported.length);
          before = await client.predict(scope, programs);
          await client.report({ ...report, records: [late as (typeof reported)[0]] });
          expect(await server.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
        });
        // Frozen: what it serves is what was there, not what it learned since.
        await withSpawned([...args, '--frozen'], async (server, client) => {
          expect(server.line.models[0]).toMatch(/^cdmpp-cpu@[1-9]\d*$/);
          const report = { task: task.id, records: reported, tunerId };
          expect(await client.report(report)).toEqual({
            accepted: 0,
            duplicates: reported.length,
            lastSequence: reported.length,
            totalRecords: reported.length + 1,
          });
          expect(await client.predict({ ...scope, task }, programs)).toEqual(before);
          const again = await client.predict(scope, programs);
          expect(again).toEqual({ ...(before as typeof again), cached: programs.length });
          expect((await client.getModel()).training.phase).toBe('frozen');
        });
      }),
    TIMEOUT_MS,
  );

  it(
    'should learn on from what it has when it is started again',
    () =>
      withDataDir(async (dataDir) => {
        const args = ['--data-dir', dataDir];
        const reported = records.map(({ record }) => record);
        await withSpawned([...args, '--frozen'], async (_server, client) => {
          await client.report({ task, records: reported, tunerId });
          expect((await client.getModel()).description.trainedOn).toBe(0);
        });
        await withSpawned(args, async (_server, client) => {
          await trainedThrough(client, reported.length);
          const answer = await client.predict(scope, programs);
          expect(answer.model.version).toBeGreaterThan(0);
          expect(answer.trainedOn).toBe(reported.length);
        });
      }),
    TIMEOUT_MS,
  );

  it(
    'should finish a call under way when it is asked to stop',
    () =>
      withDataDir((dataDir) =>
        withSpawned(['--data-dir', dataDir, '--frozen'], async (server, client) => {
          await client.registerTask(task);
          let answered = 0;
          let stopped: ReturnType<SpawnedServer['stop']> | undefined;
          async function* chunks() {
            for (let index = 0; index < 10; index++) {
              yield programs;
              // Not before the server has taken the call.
              if (index === 2) await until(() => answered > 0);
              if (index === 2) stopped = server.stop('SIGTERM');
            }
          }
          for await (const { predictions } of client.predictStream(scope, chunks())) {
            expect(predictions).toHaveLength(programs.length);
            answered += 1;
          }
          expect(answered).toBe(10);
          expect(await stopped).toEqual({ code: 0, signal: null });
        }),
      ),
    TIMEOUT_MS,
  );

  it(
    'should answer the next call when one was cancelled',
    () =>
      withDataDir((dataDir) =>
        withSpawned(
          ['--data-dir', dataDir, '--frozen', '--score-cache-mib', '0'],
          async (_server, client) => {
            await client.registerTask(task);
            const many = Array.from(
              { length: 4096 },
              (_, i) => programs[i % programs.length] ?? programs[0],
            );
            const controller = new AbortController();
            const asked = client.predict(scope, many as typeof programs, {
              signal: controller.signal,
            });
            const refused = expectError(() => asked, Code.Cancelled, /\S/);
            setTimeout(() => controller.abort(), 20);
            await refused;
            expect((await client.predict(scope, programs)).predictions).toHaveLength(
              programs.length,
            );
          },
        ),
      ),
    TIMEOUT_MS,
  );

  it(
    'should hold its limits and refuse strangers',
    () =>
      withDataDir(async (dataDir) => {
        const token = 'correct-horse-battery-staple';
        const file = `${dataDir}.token`;
        writeFileSync(file, token);
        const args = ['--data-dir', dataDir, '--frozen', '--token-file', file];
        args.push('--max-message-mib', '1', '--max-queue-programs', '8');
        await withSpawned(
          args,
          async (server, client) => {
            await client.registerTask(task);
            const program = programs[0] as (typeof programs)[0];
            const distinct = Array.from({ length: 9 }, (_, i) => ({
              ...program,
              loopNest: `${program.loopNest}${' '.repeat(i)}`,
            }));
            await expectError(() => client.predict(scope, distinct), Code.ResourceExhausted, /\S/);
            const large = { ...program, loopNest: 'x'.repeat(200_000) };
            await expectError(
              () => client.predict(scope, Array(8).fill(large)),
              Code.ResourceExhausted,
              /larger than max.*1048576/,
            );
            expect((await client.predict(scope, [program])).predictions).toHaveLength(1);
            const stranger = createCostModelClient({ address: server.address });
            await expectError(() => stranger.getModel(), Code.Unauthenticated, /\S/);
            stranger.dispose();
            expect(server.output()).not.toContain(token);
          },
          { token, maxAttempts: 1 },
        );
      }),
    TIMEOUT_MS,
  );

  it(
    'should serve its own machine at a socket, and take the socket away when it stops',
    () =>
      withDataDir(async (dataDir) => {
        const path = `${dataDir}.socket`;
        const args = ['--data-dir', dataDir, '--frozen', '--address', `unix:${path}`];
        await withSpawned(args, async (server, client) => {
          expect(server.line.address).toBe(`unix:${path}`);
          expect(statSync(path).mode & 0o777).toBe(0o600);
          await client.registerTask(task);
          const unary = await client.predict(scope, programs);
          for await (const chunk of client.predictStream(scope, [programs, programs])) {
            expect(chunk).toEqual({ ...unary, cached: programs.length });
          }
          // Killed, it leaves the socket behind; the next one takes that over.
          await server.stop('SIGKILL');
          expect(statSync(path).isSocket()).toBe(true);
        });
        await withSpawned(args, async (server, client) => {
          expect((await client.predict({ ...scope, task }, programs)).cached).toBe(0);
          expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
          expect(existsSync(path)).toBe(false);
        });
      }),
    TIMEOUT_MS,
  );

  it(
    'should leave a data folder to the server that has it',
    () =>
      withDataDir((dataDir) =>
        withSpawned(['--data-dir', dataDir, '--frozen'], async () => {
          const second = spawnCommand(['serve', '--address', '127.0.0.1:0', '--data-dir', dataDir]);
          let complaint = '';
          second.stderr.on('data', (data) => {
            complaint += data;
          });
          const code = await new Promise((resolve) => second.once('close', resolve));
          expect(code).toBe(1);
          expect(complaint).toMatch(/in use by another server/);
        }),
      ),
    TIMEOUT_MS,
  );

  it('should exit with 2 where the address would be open to anybody', async () => {
    const child = spawnCommand(['serve'], { CDMPP_ADDRESS: '0.0.0.0:0' });
    let complaint = '';
    child.stderr.on('data', (data) => {
      complaint += data;
    });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(2);
    expect(complaint).toMatch(/^cdmpp: --address 0\.0\.0\.0:0 is open to other machines: .*\n$/);
  });
});
