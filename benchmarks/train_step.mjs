/**
 * One training step of our network on arrays that are ready, composed of the parts that
 * `src/training/step-runner.ts` composes it of; and the bundle that the other frameworks read.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createConstants,
  decayMask,
  decodeEmbedding,
  embedPrograms,
  layoutOf,
  splitParameters,
  toTensors,
} from '../dist/model/index.js';
import { AdamW, trainingLoss } from '../dist/training/index.js';

/** Runs `compute` and releases its tensors; what it returns is not searched for any, number by number. */
export function numbersFrom(tf, compute) {
  let result;
  tf.tidy(() => {
    result = compute();
  });
  return result;
}

/** Of a tensor, row-major, copied. */
export function numbersOf(tensor) {
  const numbers = tensor.dataSync();
  return tensor.dtype === 'int32' ? Int32Array.from(numbers) : Float32Array.from(numbers);
}

/** Of the arrays of a batch: those of the network, then those that the loss compares with. */
const TYPES = {
  leaves: Float32Array,
  positions: Int32Array,
  depths: Int32Array,
  mask: Float32Array,
  devices: Float32Array,
  deviceRows: Int32Array,
  targets: Float32Array,
  weights: Float32Array,
  bases: Float32Array,
  logLatencies: Float32Array,
  rankPrograms: Int32Array,
  rankTasks: Float32Array,
};

/** Loss, gradient and steps of one training over a bundle's batches. */
export class OurTraining {
  constructor(tf, bundle) {
    this.tf = tf;
    this.bundle = bundle;
    this.layout = layoutOf(bundle.config);
    this.constants = createConstants(tf, bundle.config, bundle.normalisation);
    this.optimizer = new AdamW(
      tf,
      bundle.weights,
      decayMask(this.layout),
      bundle.settings.optimizer,
    );
  }

  /** [M, P, 2] */
  forward(batch) {
    return numbersFrom(this.tf, () => numbersOf(this.#output(this.optimizer.ownedWeights, batch)));
  }

  /** Loss and gradient [N] at the weights as they are. */
  gradient(batch) {
    return numbersFrom(this.tf, () => {
      const { value, gradient } = this.#lossAndGradient(batch);
      return { loss: value.dataSync()[0], gradient: numbersOf(gradient) };
    });
  }

  /** The loss before the step; undefined where it or the gradient is not finite. */
  step(batch, learningRate) {
    return numbersFrom(this.tf, () => {
      const { value, gradient } = this.#lossAndGradient(batch);
      return this.optimizer.step(gradient, value, learningRate);
    });
  }

  dispose() {
    this.optimizer.dispose();
    this.tf.dispose({ ...this.constants });
  }

  #lossAndGradient(batch) {
    const { ownedWeights } = this.optimizer;
    const lossOf = () => {
      const output = this.#output(ownedWeights, batch);
      const { scale, settings } = this.bundle;
      return trainingLoss(this.tf, output, lossTargets(this.tf, batch), scale, settings.loss);
    };
    const { value, grads } = this.tf.variableGrads(lossOf, [ownedWeights]);
    return { value, gradient: grads[ownedWeights.name] };
  }

  #output(flat, batch) {
    const { tf, constants } = this;
    const { config } = this.bundle;
    const parameters = splitParameters(tf, this.layout, flat);
    const tensors = toTensors(tf, config, batch.packed);
    const embedding = embedPrograms(tf, config, parameters, constants, tensors);
    return decodeEmbedding(tf, config, parameters, constants, embedding, tensors);
  }
}

function lossTargets(tf, { arrays, rankRows }) {
  const slotsPerRow = rankRows === 0 ? 0 : arrays.rankTasks.length / rankRows;
  return {
    targets: tf.tensor1d(arrays.targets),
    weights: tf.tensor1d(arrays.weights),
    bases: tf.tensor1d(arrays.bases),
    logLatencies: tf.tensor1d(arrays.logLatencies),
    groups: {
      rows: rankRows,
      slotsPerRow,
      programs: tf.tensor1d(arrays.rankPrograms, 'int32'),
      tasks: tf.tensor2d(arrays.rankTasks, [rankRows, slotsPerRow]),
    },
  };
}

/** Shapes of a batch's arrays. */
function shapesOf({ packed, arrays, rankRows }, { leafWidth, deviceWidth }) {
  const { programCount, leafBucket } = packed;
  const rows = programCount * leafBucket;
  const slots = rankRows === 0 ? 0 : arrays.rankTasks.length / rankRows;
  return {
    leaves: [rows, leafWidth],
    positions: [rows],
    depths: [rows],
    mask: [rows],
    devices: [programCount, deviceWidth],
    deviceRows: [programCount],
    targets: [programCount],
    weights: [programCount],
    bases: [programCount],
    logLatencies: [programCount],
    rankPrograms: [rankRows * slots],
    rankTasks: [rankRows, slots],
  };
}

/** Writes `manifest.json` and `numbers.bin`, little-endian. */
export function writeBundle(folder, { batches, constants, weights, expected, ...rest }) {
  const parts = [];
  let offset = 0;
  const put = (values, shape) => {
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    parts.push(Buffer.from(bytes));
    const dtype = values instanceof Int32Array ? '<i4' : '<f4';
    const entry = { offset, dtype, shape: [...shape] };
    offset += bytes.length;
    return entry;
  };
  const manifest = {
    ...rest,
    constants: Object.fromEntries(
      Object.entries(constants).map(([name, { values, shape }]) => [name, put(values, shape)]),
    ),
    weights: put(weights, [weights.length]),
    batches: batches.map((batch) => {
      const shapes = shapesOf(batch, rest.config);
      const all = { ...batch.packed, ...batch.arrays };
      const names = Object.keys(TYPES);
      return {
        leafBucket: batch.packed.leafBucket,
        programCount: batch.programCount,
        rankRows: batch.rankRows,
        arrays: Object.fromEntries(names.map((name) => [name, put(all[name], shapes[name])])),
      };
    }),
    expected: {
      losses: expected.losses,
      ...Object.fromEntries(
        ['gradient', 'weights', 'average'].map((name) => [
          name,
          put(expected[name], [weights.length]),
        ]),
      ),
      output: put(expected.output.values, expected.output.shape),
    },
  };
  writeFileSync(join(folder, 'numbers.bin'), Buffer.concat(parts));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
}

/** What `OurTraining` takes, from what `writeBundle` wrote. */
export function readBundle(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const bytes = readFileSync(join(folder, 'numbers.bin'));
  const take = ({ offset, dtype, shape }) => {
    const length = shape.reduce((product, extent) => product * extent, 1);
    const copy = bytes.buffer.slice(
      bytes.byteOffset + offset,
      bytes.byteOffset + offset + 4 * length,
    );
    return dtype === '<i4' ? new Int32Array(copy) : new Float32Array(copy);
  };
  const { leafMean, leafScale, deviceMean, deviceScale } = manifest.constants;
  return {
    ...manifest,
    normalisation: {
      leaf: { mean: take(leafMean), inverseDeviation: take(leafScale) },
      device: { mean: take(deviceMean), inverseDeviation: take(deviceScale) },
    },
    weights: take(manifest.weights),
    batches: manifest.batches.map((entry) => {
      const all = Object.fromEntries(
        Object.entries(entry.arrays).map(([name, array]) => [name, take(array)]),
      );
      const { leaves, positions, depths, mask, devices, deviceRows, ...arrays } = all;
      const { leafBucket, programCount, rankRows } = entry;
      return {
        programCount,
        rankRows,
        arrays,
        packed: {
          programCount: deviceRows.length,
          leafBucket,
          leaves,
          positions,
          depths,
          mask,
          devices,
          deviceRows,
        },
      };
    }),
  };
}
