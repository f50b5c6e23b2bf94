/**
 * Trains our network in tfjs, told by lines of JSON what to do: see `train_networks/rival.py`.
 *
 *     node benchmarks/train_ours.mjs FOLDER
 */
import { createInterface } from 'node:readline';
import { openBackend } from '../dist/tensor/index.js';
import { OurTraining, readBundle } from './train_step.mjs';

const tf = openBackend('native');
const bundle = readBundle(process.argv[2]);
const training = new OurTraining(tf, bundle);
for await (const line of createInterface(process.stdin)) {
  const { op } = JSON.parse(line);
  if (op !== 'run') throw new Error(`op is ${op}; it must be run`);
  const started = performance.now();
  for (const batch of bundle.batches) {
    // Undefined where a number is not finite.
    const loss = training.step(batch, bundle.learningRate);
    if (loss === undefined) throw new Error('the loss is not finite');
  }
  const seconds = (performance.now() - started) / 1000;
  const programs = bundle.batches.reduce((sum, { programCount }) => sum + programCount, 0);
  console.log(JSON.stringify({ seconds, programs }));
}
training.dispose();
