/**
 * Times the server's own parts over given programs, without transport, on one thread:
 * reading and features (as the inference worker does them), and the whole predictor.
 *
 *     node benchmarks/server_parts.mjs FOLDER
 *
 * FOLDER holds `manifest.json` (names of tasks), for each task NAME `NAME.task` (a
 * RegisterTaskRequest) and `NAME.json` (warm-up, then one array of programs a repetition), and the
 * model as `card.json` and `weights`. Prints seconds and outcomes of each repetition as JSON.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFeatureExtractor } from '../dist/features/index.js';
import { decodeTask, loadCostModelClient } from '../dist/wire/index.js';
import { createDefaultRegistry } from '../dist/zoo/index.js';

const PROGRAMS_A_BATCH = 512;
// Kernels of every batch shape are set up and hot code is compiled before anything is timed.
const WARM_UP_ROUNDS = 3;

const folder = process.argv[2];
const read = (name) => readFileSync(join(folder, name));
const { RegisterTask } = loadCostModelClient().service;
const predictor = createDefaultRegistry().create('cdmpp');
await predictor.load({ card: read('card.json').toString(), weights: read('weights') });

const results = {};
for (const name of JSON.parse(read('manifest.json'))) {
  const task = decodeTask(RegisterTask.requestDeserialize(read(`${name}.task`)).task);
  const [warmUp, ...repetitions] = JSON.parse(read(`${name}.json`)).map(programsOf);
  const extractor = createFeatureExtractor(task);
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    extractAll(extractor, warmUp);
    await predictAll(task, warmUp);
  }
  results[name] = [];
  for (const programs of repetitions) {
    const features = extractAll(extractor, programs);
    const predict = await predictAll(task, programs);
    results[name].push({
      programs: programs.length,
      features_s: features.seconds,
      predict_s: predict.seconds,
      outcomes: features.outcomes,
    });
  }
}
await predictor.dispose();
console.log(JSON.stringify(results));

function programsOf(texts) {
  return texts.map(([transformSteps, loopNest]) => ({ transformSteps, loopNest }));
}

function batchesOf(programs) {
  const batches = [];
  for (let first = 0; first < programs.length; first += PROGRAMS_A_BATCH) {
    batches.push(programs.slice(first, first + PROGRAMS_A_BATCH));
  }
  return batches;
}

/** In the batches in which the worker is given them. */
function extractAll(extractor, programs) {
  const outcomes = { ok: 0, unreadable: 0, 'cannot-build': 0 };
  let seconds = 0;
  for (const batch of batchesOf(programs)) {
    const started = performance.now();
    const { failures } = extractor.extractBatch(batch);
    seconds += (performance.now() - started) / 1000;
    outcomes.ok += batch.length - failures.size;
    for (const { failure } of failures.values()) outcomes[failure] += 1;
  }
  return { seconds, outcomes };
}

async function predictAll(task, programs) {
  const started = performance.now();
  for (const batch of batchesOf(programs)) await predictor.predict({ task, programs: batch });
  return { seconds: (performance.now() - started) / 1000 };
}
