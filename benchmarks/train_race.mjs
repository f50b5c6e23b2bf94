/**
 * Trains one network and says how its error on the validation side falls with time.
 *
 *     node benchmarks/train_race.mjs '{"contestant": "ours", "seed": 1, "seconds": 600, ...}'
 *
 * Contestants: `ours`, the default network with the offline settings, to the end of their schedule;
 * `original`, CDMPP's network trained as it trains it; `original network`, the same network with
 * our labels, loss and optimiser; both until `seconds` of training have gone by, or until they
 * are at `stopAt` (MAPE, percent).
 *
 * All have the same programs (those with the most common number of leaves, since the original
 * takes one number only), batches of the same programs in the same order for one seed, and are
 * looked at by the same rule; time that is spent on looking does not count. Prints JSON: points of
 * [seconds, step, MAPE].
 */
import { createRng, systemClock } from '../dist/base/index.js';
import {
  allocateBatch,
  decayMask,
  initialValues,
  layoutOf,
  packBatch,
  toLabel,
  toLogLatency,
  validateConfig,
} from '../dist/model/index.js';
import { openBackend } from '../dist/tensor/index.js';
import { fitGapUnit, fitNormalisation } from '../dist/training/fit-normalisation.js';
import {
  AdamW,
  BatchSampler,
  createTrainingSet,
  learningRateAt,
  OFFLINE_SETTINGS,
  predictExamples,
  stepsFor,
  trainingLoss,
} from '../dist/training/index.js';
import { StepRunner } from '../dist/training/step-runner.js';
import { stepTargets } from '../dist/training/step-targets.js';
import { OriginalAdam, OriginalNetwork, originalLoss, placeCodes } from './original_network.mjs';
import { loadExamples } from './train_examples.mjs';
import { numbersFrom, numbersOf } from './train_step.mjs';

/** Looks are this share of the time gone by apart, and at least so many seconds. */
const LOOK_SHARE = 0.05;
const LEAST_LOOK_SECONDS = 0.5;
/** Of the learning rate of `original network`; ours diverges at its depth without one so low. */
const ORIGINAL_PEAK_RATE = 3e-4;
const TIMED_STEPS = 3;
const PROGRAMS_A_LOOK = 512;

const {
  contestant,
  seed,
  seconds,
  stopAt = 0,
  steps: mostSteps,
  ...data
} = JSON.parse(process.argv[2]);
const tf = openBackend('native');
const loaded = await loadExamples(data);
const leafCount = mostCommon(loaded.train.map(({ program }) => program.leafCount));
const hasLeaves = ({ program }) => program.leafCount === leafCount;
const [examples, validation] = [
  loaded.train.filter(hasLeaves),
  loaded.validation.filter(hasLeaves),
];
const settings =
  mostSteps === undefined ? OFFLINE_SETTINGS : { ...OFFLINE_SETTINGS, leastSteps: 1, mostSteps };
const set = createTrainingSet(examples, settings.evenShare);
const sampler = new BatchSampler(set, settings.batches, createRng(seed));
const { leafWidth, deviceWidth } = loaded;
const create = { ours: createOurs, original: createOriginal, 'original network': createMixed };
const racer = create[contestant]();
console.log(
  JSON.stringify({ ...race(racer), leafCount, programs: examples.length, source: loaded.source }),
);
racer.dispose();

function race({ parameterCount, step, plannedSteps, look }) {
  const points = [];
  let trained = 0;
  let nextLook = 0;
  for (let steps = 0; ; ) {
    const started = systemClock.nowMs();
    step(steps, sampler.next());
    trained += (systemClock.nowMs() - started) / 1000;
    steps++;
    const isLast = plannedSteps(steps, trained / steps) <= steps;
    if (trained < nextLook && !isLast) continue;
    nextLook = trained + Math.max(LEAST_LOOK_SECONDS, LOOK_SHARE * trained);
    const mape = look();
    points.push([trained, steps, mape]);
    if (isLast || mape <= stopAt) return { contestant, parameterCount, seconds: trained, points };
  }
}

/** The default network and the training's own step. */
function createOurs() {
  const { config, normalisation, gapUnit } = ourSetting();
  const rng = createRng(seed);
  const layout = layoutOf(config);
  const optimizer = new AdamW(
    tf,
    initialValues(layout, rng),
    decayMask(layout),
    settings.optimizer,
  );
  const context = { config, normalisation, gapUnit, settings, target: [], rng };
  const runner = new StepRunner(tf, context);
  const steps = stepsFor(settings, sampler.stepsPerPass);
  return {
    parameterCount: layout.parameterCount,
    plannedSteps: () => steps,
    step: (step, batch) =>
      runner.step(optimizer, set, batch, rateAt(step, steps, settings.peakLearningRate)),
    look: () => {
      const state = { config, normalisation, values: optimizer.averaged() };
      return mapeOf(predictExamples(tf, state, validation).latencySeconds);
    },
    dispose: () => {
      runner.dispose();
      optimizer.dispose();
    },
  };
}

/** The original in all: Box-Cox labels, its loss, Adam, cycling rate; until the time is over. */
function createOriginal() {
  const { network, toBatch } = createNetwork(1);
  const normalisation = fitNormalisation({ leafWidth, deviceWidth }, examples, 'box-cox');
  const { label, targetMean, targetDeviation } = normalisation;
  const optimizer = new OriginalAdam(tf, initialValues(network.layout, createRng(seed)));
  return {
    parameterCount: network.layout.parameterCount,
    plannedSteps: (_, stepSeconds) => mostSteps ?? seconds / stepSeconds,
    step: (_, { indices }) =>
      tf.tidy(() => {
        const chosen = indices.map((i) => examples[i]);
        const batch = toBatch(chosen);
        const targets = tf.tensor1d(
          chosen.map((e) => (toLabel(label, e, e.logLatency) - targetMean) / targetDeviation),
        );
        const { grads } = tf.variableGrads(
          () =>
            originalLoss(
              network.forward(optimizer.ownedWeights, batch, true).reshape([-1]),
              targets,
            ),
          [optimizer.ownedWeights],
        );
        network.learnStatistics();
        optimizer.step(grads[optimizer.ownedWeights.name]);
      }),
    look: () => mapeOf(predictBy(network, toBatch, optimizer, 1, normalisation)),
    dispose: () => {
      network.dispose();
      optimizer.dispose();
    },
  };
}

/** The original's network alone. */
function createMixed() {
  const { network, toBatch } = createNetwork(2);
  const { normalisation, gapUnit } = ourSetting();
  const { layout } = network;
  const optimizer = new AdamW(
    tf,
    initialValues(layout, createRng(seed)),
    decayMask(layout),
    settings.optimizer,
  );
  const scale = { ...normalisation, gapUnit };
  let planned = mostSteps;
  return {
    parameterCount: layout.parameterCount,
    // Fixed as soon as steps have been timed: the schedule has to know its end.
    plannedSteps: (steps, stepSeconds) => {
      if (steps === TIMED_STEPS) planned ??= Math.floor(seconds / stepSeconds);
      return planned ?? Number.POSITIVE_INFINITY;
    },
    step: (step, plan) =>
      tf.tidy(() => {
        const batch = toBatch(plan.indices.map((i) => examples[i]));
        const targets = stepTargets(tf, set, plan, plan.indices.length, normalisation);
        const { value, grads } = tf.variableGrads(() => {
          const output = network.forward(optimizer.ownedWeights, batch, true);
          return trainingLoss(tf, output.expandDims(0), targets, scale, settings.loss);
        }, [optimizer.ownedWeights]);
        network.learnStatistics();
        const rate = rateAt(step, planned ?? 100 * TIMED_STEPS, ORIGINAL_PEAK_RATE);
        optimizer.step(grads[optimizer.ownedWeights.name], value, rate);
      }),
    look: () => mapeOf(predictBy(network, toBatch, optimizer, 2, normalisation)),
    dispose: () => {
      network.dispose();
      optimizer.dispose();
    },
  };
}

function ourSetting() {
  const deviceNames = [...new Set(examples.map(({ deviceName }) => deviceName))].sort();
  const config = validateConfig({ ...settings.model, leafWidth, deviceWidth, deviceNames });
  const normalisation = fitNormalisation(config, examples, settings.label);
  return { config, normalisation, gapUnit: fitGapUnit(set, normalisation.label) };
}

function createNetwork(outputs) {
  const hasDevices = new Set(examples.map(({ deviceName }) => deviceName)).size > 1;
  const network = new OriginalNetwork(tf, {
    leafWidth,
    leafCount,
    deviceWidth,
    hasDevices,
    outputs,
  });
  const { least, inverseRange } = ranges(examples);
  const [shift, factor] = [tf.tensor1d(least), tf.tensor1d(inverseRange)];
  /** Tensors of programs, none of them padding. */
  const toBatch = (chosen) => {
    const packed = allocateBatch({ leafWidth, deviceWidth }, chosen.length, leafCount);
    packBatch(
      packed,
      chosen.map(({ program }) => program),
      chosen.map(({ device }) => ({ vector: device, row: 0 })),
    );
    const rows = chosen.length * leafCount;
    return {
      leaves: tf.tensor2d(packed.leaves, [rows, leafWidth]).sub(shift).mul(factor),
      places: tf.tensor2d(placeCodes(packed.positions, packed.depths), [rows, 164]),
      devices: tf.tensor2d(packed.devices, [chosen.length, deviceWidth]),
    };
  };
  return { network, toBatch };
}

/** Least value and inverse range of each leaf column. */
function ranges(of) {
  const least = new Float32Array(leafWidth).fill(Number.POSITIVE_INFINITY);
  const most = new Float32Array(leafWidth).fill(Number.NEGATIVE_INFINITY);
  for (const { program } of of) {
    program.leaves.forEach((value, i) => {
      const c = i % leafWidth;
      least[c] = Math.min(least[c], value);
      most[c] = Math.max(most[c], value);
    });
  }
  return { least, inverseRange: most.map((value, c) => 1 / (value - least[c] + 1e-6)) };
}

/** Seconds; the label is the first of a program's outputs. */
function predictBy(network, toBatch, optimizer, outputs, { label, targetMean, targetDeviation }) {
  const predicted = new Float64Array(validation.length);
  for (let start = 0; start < validation.length; start += PROGRAMS_A_LOOK) {
    const chosen = validation.slice(start, start + PROGRAMS_A_LOOK);
    const raw = numbersFrom(tf, () =>
      numbersOf(network.forward(optimizer.ownedWeights, toBatch(chosen), false)),
    );
    chosen.forEach((example, i) => {
      const value = targetMean + targetDeviation * raw[i * outputs];
      predicted[start + i] = Math.exp(toLogLatency(label, example, value));
    });
  }
  return predicted;
}

function mapeOf(predictedSeconds) {
  let sum = 0;
  validation.forEach(({ logLatency }, i) => {
    sum += Math.abs(predictedSeconds[i] / Math.exp(logLatency) - 1);
  });
  return (100 * sum) / validation.length;
}

function rateAt(step, steps, peak) {
  return learningRateAt(step, steps, peak, Math.ceil(steps * settings.warmUpShare));
}

function mostCommon(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || a - b)[0][0];
}
