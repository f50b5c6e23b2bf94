/** Two threads of one process, each with its own model, at the same time; needs `make build`. */
import { Worker } from 'node:worker_threads';
import { createRng } from '../../src/base';
import type { ModelArtifact } from '../../src/predictor';
import { compiledPath } from '../../src/serving/compiled-path';
import { createDefaultRegistry } from '../../src/zoo';
import { loadFixture } from '../support/fixtures';

const { task, records } = loadFixture('matmul-cpu');
const programs = records.map(({ record }) => record.program);

const ANSWER_THEN_LEARN = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { registryModule, artifact, task, programs, records } = workerData;
  const predictor = require(registryModule).createDefaultRegistry().create('cdmpp');
  (async () => {
    await predictor.load(artifact);
    const latencies = async () =>
      (await predictor.predict({ task, programs })).map((each) => each.latencySeconds);
    const first = await latencies();
    await predictor.fit(records, { seed: 5 });
    const learned = await latencies();
    await predictor.dispose();
    parentPort.postMessage({ first, learned });
  })();
`;

function inWorker(artifact: ModelArtifact): Promise<{ first: number[]; learned: number[] }> {
  return new Promise((resolve, reject) => {
    const registryModule = compiledPath('zoo/index');
    const workerData = { registryModule, artifact, task, programs, records: records.slice(0, 64) };
    const worker = new Worker(ANSWER_THEN_LEARN, { eval: true, workerData });
    worker.once('message', resolve).once('error', reject);
  });
}

describe('cdmpp in worker threads', () => {
  it('should give the same bits as here, beside another thread that learns', async () => {
    const predictor = createDefaultRegistry().create('cdmpp');
    await predictor.fit(records.slice(0, 40), { seed: 3 });
    const artifact = await predictor.save();
    const here = async () =>
      (await predictor.predict({ task, programs })).map((each) => each.ok && each.latencySeconds);
    const alone = await here();
    let running = true;
    const both = Promise.all([inWorker(artifact), inWorker(artifact)]).finally(() => {
      running = false;
    });
    const rng = createRng(1);
    let asked = 0;
    while (running) {
      expect(await here()).toEqual(alone);
      asked++;
      await new Promise((resolve) => setTimeout(resolve, rng.nextInt(20)));
    }
    const [a, b] = await both;
    expect(asked).toBeGreaterThan(1);
    expect(a.first).toEqual(alone);
    expect(b.first).toEqual(alone);
    expect(a.learned).toEqual(b.learned);
    expect(a.learned).not.toEqual(alone);
    await predictor.dispose();
  });
});
