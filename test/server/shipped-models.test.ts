/** `cdmpp serve` that starts from trained models, as a user has it: tiny ones, made here. */
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { saveModelFolder } from '../../src/artifact';
import { runCommand } from '../../src/cli/run-command';
import { type CostModelClient, createCostModelClient } from '../../src/client';
import type { ModelArtifact, Prediction, TaskRecord } from '../../src/predictor';
import type { PredictAnswer } from '../../src/wire';
import { createDefaultRegistry } from '../../src/zoo';
import { type Fixture, loadFixture } from '../support/fixtures';
import { type SpawnedServer, spawnCommand, spawnServer } from '../support/spawn-server';
import { useTemporaryFolder } from '../support/temporary-folder';

const TIMEOUT_MS = 180_000;
const cpu = loadFixture('matmul-cpu');
const gpu = loadFixture('matmul-cuda');
const newest = { name: '', version: 0 };

/** The programs of a fixture as if they had been measured. */
function asMeasured({ task, programs }: Fixture): TaskRecord[] {
  return programs.map((program, i) => ({
    task,
    sequence: i + 1,
    record: {
      idempotencyKey: `made up ${i}`,
      program,
      costsSeconds: [1e-4 * (1 + (i % 5))],
      errorNumber: 0,
      errorMessage: '',
      allCostSeconds: 1,
      timestampSeconds: 0,
      recordLine: '',
    },
  }));
}

/** A model that learned from a few records, and what it says of the fixture's programs. */
async function trainTiny({ task, programs }: Fixture, records: readonly TaskRecord[]) {
  const predictor = createDefaultRegistry().create('cdmpp');
  try {
    const { trainedOn } = await predictor.fit(records, { seed: 1 });
    const latencies = latenciesOf(await predictor.predict({ task, programs }));
    return { artifact: await predictor.save(), trainedOn, latencies };
  } finally {
    await predictor.dispose();
  }
}

function latenciesOf(predictions: readonly Prediction[]): number[] {
  return predictions.map((each) => (each.ok ? each.latencySeconds : Number.NaN));
}

describe('cdmpp serve with shipped models', () => {
  const folder = useTemporaryFolder();
  let made: Record<'cpu' | 'gpu', Awaited<ReturnType<typeof trainTiny>>>;
  let models: string;
  let dataDir: string;

  const save = (kind: 'cpu' | 'gpu', artifact: ModelArtifact) =>
    saveModelFolder(join(models, `cdmpp-${kind}`), artifact);
  const ask = (client: CostModelClient, { task, programs }: Fixture): Promise<PredictAnswer> =>
    client.predict({ task, model: newest, featureSet: undefined, tunerId: '' }, programs);
  const withServed = async (
    args: readonly string[],
    action: (server: SpawnedServer, client: CostModelClient) => Promise<void>,
  ): Promise<void> => {
    // It is the model that is to answer, each time.
    const always = ['--data-dir', dataDir, '--score-cache-mib', '0'];
    const server = await spawnServer(...always, ...args);
    const client = createCostModelClient({ address: server.address });
    try {
      await action(server, client);
    } finally {
      client.dispose();
      await server.stop('SIGKILL');
    }
  };
  const refusalOf = async (...args: string[]) => {
    const child = spawnCommand([
      'serve',
      '--address',
      '127.0.0.1:0',
      '--data-dir',
      dataDir,
      ...args,
    ]);
    let complaint = '';
    child.stderr.on('data', (data) => {
      complaint += data;
    });
    const [exitCode] = await once(child, 'close');
    return { exitCode, complaint };
  };

  beforeAll(async () => {
    made = {
      cpu: await trainTiny(cpu, cpu.records.slice(0, 24)),
      gpu: await trainTiny(gpu, asMeasured(gpu)),
    };
  }, TIMEOUT_MS);
  beforeEach(async () => {
    models = join(folder.path, 'models');
    dataDir = join(folder.path, 'data');
    await save('cpu', made.cpu.artifact);
    await save('gpu', made.gpu.artifact);
  });

  it(
    'should answer each target by its model, learn one line alone, and be the same after a kill',
    async () => {
      let afterwards: PredictAnswer | undefined;
      let gpuAnswer: PredictAnswer | undefined;
      await withServed(['--models', models], async (server, client) => {
        expect(server.line.models).toEqual(['cdmpp-cpu@0', 'cdmpp-gpu@0']);
        const answers = { cpu: await ask(client, cpu), gpu: await ask(client, gpu) };
        for (const kind of ['cpu', 'gpu'] as const) {
          expect(answers[kind]).toMatchObject({
            model: { name: `cdmpp-${kind}`, version: 0 },
            trainedOn: made[kind].trainedOn,
          });
          latenciesOf(answers[kind].predictions).forEach((latency, i) => {
            expect(latency / (made[kind].latencies[i] as number)).toBeCloseTo(1, 4);
          });
        }
        gpuAnswer = answers.gpu;

        const records = cpu.records.slice(24, 64).map(({ record }) => record);
        const { lastSequence } = await client.report({ task: cpu.task, records, tunerId: '' });
        const line = { name: 'cdmpp-cpu', version: 0 };
        const isDone = async () =>
          (await client.getModel(line)).description.trainedThroughSequence >= lastSequence;
        while (!(await isDone())) {
          expect((await client.getModel(line)).training.lastFailure).toBe('');
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        afterwards = await ask(client, cpu);
        expect(afterwards).toMatchObject({
          model: { name: 'cdmpp-cpu', version: 1 },
          trainedOn: 40,
        });
        expect(afterwards.predictions).not.toEqual(answers.cpu.predictions);
        expect((await ask(client, gpu)).predictions).toEqual(gpuAnswer.predictions);
        const { weights } = await client.exportModel({ name: 'cdmpp-gpu', version: 0 });
        expect(Buffer.from(weights).equals(Buffer.from(made.gpu.artifact.weights))).toBe(true);
        expect(await server.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
      });
      await withServed(['--models', models], async (server, client) => {
        expect(server.line.models).toEqual(['cdmpp-cpu@1', 'cdmpp-gpu@0']);
        expect(await ask(client, cpu)).toEqual(afterwards);
        expect(await ask(client, gpu)).toEqual(gpuAnswer);
      });
    },
    TIMEOUT_MS,
  );

  it(
    'should estimate for the target whose model is absent, and take one from elsewhere',
    async () => {
      await rm(join(models, 'cdmpp-cpu'), { recursive: true });
      const elsewhere = join(folder.path, 'elsewhere');
      await saveModelFolder(elsewhere, made.cpu.artifact);
      await withServed(['--models', models], async (_server, client) => {
        expect((await ask(client, cpu)).trainedOn).toBe(0);
        expect((await ask(client, gpu)).trainedOn).toBe(made.gpu.trainedOn);
      });
      const override = `cdmpp-cpu=${elsewhere}`;
      await withServed(['--models', models, '--model', override], async (_server, client) => {
        expect((await ask(client, cpu)).trainedOn).toBe(made.cpu.trainedOn);
      });
    },
    TIMEOUT_MS,
  );

  it(
    'should refuse a damaged model, saying which file and what to do, and start without it',
    async () => {
      await writeFile(join(models, 'cdmpp-gpu', 'weights.bin'), 'torn');
      const { exitCode, complaint } = await refusalOf('--models', models);
      expect(exitCode).toBe(1);
      expect(complaint).toMatch(/cdmpp: model folder ".*cdmpp-gpu": weights\.bin has sha256/);
      expect(complaint).toMatch(/or start without shipped models \(--no-pretrained\)/);
      await withServed(['--no-pretrained'], async (server, client) => {
        expect(server.line.models).toEqual(['cdmpp-cpu@0', 'cdmpp-gpu@0']);
        expect((await ask(client, gpu)).trainedOn).toBe(0);
        // By hand it can be had all the same, from a folder too.
        const printed: string[] = [];
        const io = {
          print: (text: string) => printed.push(text),
          complain: (text: string) => printed.push(text),
          stopRequested: () => new Promise<string>(() => undefined),
        };
        await rm(join(models, 'cdmpp-gpu'), { recursive: true });
        await save('gpu', made.gpu.artifact);
        const args = ['model', 'import', join(models, 'cdmpp-gpu'), 'cdmpp-gpu'];
        const argv = ['node', 'cdmpp', ...args, '--server', server.address];
        expect(await runCommand(argv, {}, io)).toBe(0);
        expect(JSON.parse(printed[0] as string)).toMatchObject({ model: 'cdmpp-gpu@1' });
        expect((await ask(client, gpu)).trainedOn).toBe(made.gpu.trainedOn);
        expect((await ask(client, cpu)).trainedOn).toBe(0);
      });
    },
    TIMEOUT_MS,
  );

  it('should refuse a folder that was named and holds no model', async () => {
    const { exitCode, complaint } = await refusalOf('--models', join(folder.path, 'mistyped'));
    expect(exitCode).toBe(1);
    expect(complaint).toMatch(/mistyped holds neither cdmpp-cpu nor cdmpp-gpu; .*--no-pretrained/);
  });
});
