/**
 * Writes what all frameworks train on, with what our own code makes of it.
 *
 *     node benchmarks/train_bundle.mjs FOLDER '{"batches": 24, "mostPrograms": 20000, "store": FILE}'
 *
 * Batches are the first of a training by the offline settings, packed as it packs them. Prints what
 * is in them as JSON. Fails where the parts, put together here, give another loss than the
 * training's own step does.
 */
import { createRng } from '../dist/base/index.js';
import {
  createConstants,
  decayMask,
  initialValues,
  LOG_VARIANCE_RANGE,
  layoutOf,
  validateConfig,
} from '../dist/model/index.js';
import { openBackend } from '../dist/tensor/index.js';
import { fitGapUnit, fitNormalisation } from '../dist/training/fit-normalisation.js';
import { BatchSampler, createTrainingSet, OFFLINE_SETTINGS } from '../dist/training/index.js';
import { StepPacker } from '../dist/training/step-packer.js';
import { StepRunner } from '../dist/training/step-runner.js';
import { stepTargets } from '../dist/training/step-targets.js';
import { loadExamples } from './train_examples.mjs';
import { numbersFrom, numbersOf, OurTraining, writeBundle } from './train_step.mjs';

const LEARNING_RATE = 1e-3;
const CHECKED_STEPS = 3;
/** Weights are moved off their start, where biases and gains are all alike. */
const JITTER = 0.02;
const LARGEST_DIFFERENCE = 1e-5;
const PACKING_ROUNDS = 5;

const [folder, request] = process.argv.slice(2);
const { batches: batchCount, ...data } = JSON.parse(request);
const tf = openBackend('native');
const { train: examples, leafWidth, deviceWidth, source } = await loadExamples(data);
const settings = OFFLINE_SETTINGS;
const rng = createRng(1);
const deviceNames = [...new Set(examples.map(({ deviceName }) => deviceName))].sort();
const config = validateConfig({ ...settings.model, leafWidth, deviceWidth, deviceNames });
const normalisation = fitNormalisation(config, examples, settings.label);
const set = createTrainingSet(examples, settings.evenShare);
const gapUnit = fitGapUnit(set, normalisation.label);
const sampler = new BatchSampler(set, settings.batches, rng);
const packer = new StepPacker(config, normalisation, settings, rng);
const planned = Array.from({ length: Math.min(batchCount, sampler.stepsPerPass) }, () =>
  sampler.next(),
);
const batches = planned.map((plan) => batchOf(plan, 'training'));
const layout = layoutOf(config);
const weights = initialValues(layout, rng).map((value) => value + JITTER * rng.nextNormal());
const { targetMean, targetDeviation } = normalisation;
const scale = { label: normalisation.label, targetMean, targetDeviation, gapUnit };
const bundle = { config, settings, normalisation, scale, weights };

const ours = new OurTraining(tf, bundle);
requireSameLoss();
const first = ours.gradient(batches[0]);
const expected = {
  losses: batches.map((batch) => ours.gradient(batch).loss),
  gradient: first.gradient,
  output: {
    values: ours.forward(batches[0]),
    shape: [config.decoders, batches[0].packed.programCount, 2],
  },
};
for (let i = 0; i < CHECKED_STEPS; i++) ours.step(batches[i % batches.length], LEARNING_RATE);
expected.weights = numbersOf(ours.optimizer.ownedWeights);
expected.average = ours.optimizer.averaged();
ours.dispose();

const constants = createConstants(tf, config, normalisation);
writeBundle(folder, {
  config,
  settings,
  scale: { ...scale, logVarianceRange: LOG_VARIANCE_RANGE },
  learningRate: LEARNING_RATE,
  layout: layout.specs.map(({ name, shape }) => [name, shape]),
  constants: {
    ...Object.fromEntries(
      Object.entries(constants).map(([name, tensor]) => [
        name,
        { values: numbersOf(tensor), shape: tensor.shape },
      ]),
    ),
    decayMask: { values: decayMask(layout), shape: [layout.parameterCount] },
  },
  weights,
  batches,
  expected,
});
console.log(
  JSON.stringify({
    source,
    packSecondsPerProgram: packSecondsPerProgram(),
    programs: examples.length,
    parameters: layout.parameterCount,
    batches: batches.length,
    shapes: [
      ...new Set(
        batches.map(
          ({ packed }) => `${packed.programCount} programs x ${packed.leafBucket} leaves`,
        ),
      ),
    ].sort(),
  }),
);

function batchOf(plan, purpose) {
  const shared = packer.pack(set, plan, purpose);
  // The packer fills one buffer a shape again and again.
  const packed = Object.fromEntries(
    Object.entries(shared).map(([name, value]) => [
      name,
      typeof value === 'number' ? value : value.slice(),
    ]),
  );
  return numbersFrom(tf, () => {
    const { groups, ...rest } = stepTargets(tf, set, plan, packed.programCount, normalisation);
    const arrays = Object.fromEntries(
      Object.entries({ ...rest, rankPrograms: groups.programs, rankTasks: groups.tasks }).map(
        ([name, tensor]) => [name, numbersOf(tensor)],
      ),
    );
    return { packed, arrays, rankRows: groups.rows, programCount: plan.indices.length };
  });
}

/** What a training does before each step, which the steps of this benchmark do not. */
function packSecondsPerProgram() {
  const programs = planned.reduce((sum, { indices }) => sum + indices.length, 0);
  const rounds = Array.from({ length: PACKING_ROUNDS }, () => {
    const started = performance.now();
    for (const plan of planned) {
      const { programCount } = packer.pack(set, plan, 'training');
      tf.tidy(() => void stepTargets(tf, set, plan, programCount, normalisation));
    }
    return (performance.now() - started) / 1000 / programs;
  });
  return rounds.sort((a, b) => a - b)[Math.floor(PACKING_ROUNDS / 2)];
}

/** Our parts against the training's own step, on a batch without noise. */
function requireSameLoss() {
  const quiet = batchOf(planned[0], 'evaluating');
  const { loss } = ours.gradient(quiet);
  const runner = new StepRunner(tf, { config, normalisation, gapUnit, settings, target: [], rng });
  const theirs = runner.evaluate(weights, set, [planned[0]]);
  runner.dispose();
  if (!(Math.abs(loss - theirs) <= LARGEST_DIFFERENCE * Math.abs(theirs))) {
    throw new Error(`the step here has the loss ${loss}, the training's own ${theirs}`);
  }
}
