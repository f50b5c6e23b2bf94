/**
 * CDMPP's own network in its best configuration (AttentionNetV2, search_trial_20221119_1575: 13.8
 * million weights at five leaves), with its labels, loss and optimiser, in tfjs; for `make
 * bench-train` alone. P programs of L leaves, all of one L: it knows no padding.
 *
 * Where it differs from the original:
 * - one matrix brings our leaf vector to the 164 numbers that it takes;
 * - no dropout (0.1 in its encoder): tfjs draws random numbers in JavaScript, which would take
 *   longer than the network;
 * - weights start normal, with the deviation of its uniform ones;
 * - a device has our vector, not its eight numbers.
 */
import { attention, dense, layerNorm } from '../dist/model/blocks.js';
import { createLayout, splitParameters } from '../dist/model/parameters.js';

const WIDTH = 164;
const HEADS = 4;
const LAYERS = 11;
const FEED_FORWARD = 2048;
const FLATTENED = 716;
const EMBEDDING_LAYERS = [985, 985, 985, 69];
const DEVICE_LAYERS = [128, 128, 128, 69];
const DECODER_LAYERS = [930, 930, 930];
const EPSILON = 1e-5;
/** Of the running mean and variance. */
const MOMENTUM = 0.1;

export class OriginalNetwork {
  /** @param outputs 1: a label; 2: its mean and log-variance, as our loss wants them */
  constructor(tf, { leafWidth, leafCount, deviceWidth, hasDevices, outputs }) {
    this.tf = tf;
    this.leafCount = leafCount;
    this.hasDevices = hasDevices;
    this.layout = createLayout([
      ...linear('input', leafWidth, WIDTH),
      ...Array.from({ length: LAYERS }, (_, i) => [
        ...linear(`${i}.attention_in`, WIDTH, 3 * WIDTH),
        ...linear(`${i}.attention_out`, WIDTH, WIDTH),
        ...norm(`${i}.attention_norm`, WIDTH),
        ...linear(`${i}.feed_forward_in`, WIDTH, FEED_FORWARD),
        ...linear(`${i}.feed_forward_out`, FEED_FORWARD, WIDTH),
        ...norm(`${i}.feed_forward_norm`, WIDTH),
      ]).flat(),
      ...linear('flatten', WIDTH * leafCount, FLATTENED),
      ...norm('flatten_norm', FLATTENED),
      ...stack('embedding', FLATTENED, EMBEDDING_LAYERS),
      ...(hasDevices ? stack('device', deviceWidth, DEVICE_LAYERS) : []),
      ...stack('decoder', EMBEDDING_LAYERS.at(-1), DECODER_LAYERS),
      ...linear('output', DECODER_LAYERS.at(-1), outputs),
    ]);
    /** Mean and variance of each normalised layer, as they have been so far. */
    this.ownedRunning = new Map();
    /** Of the batch that is being trained on; kept until `learnStatistics`. */
    this.met = [];
  }

  /**
   * @param leaves [P·L, F] brought to the range of 0 to 1
   * @param places [P·L, 164] of `placeCodes`
   * @param devices [P, D]
   * @returns [P, outputs]
   */
  forward(flat, { leaves, places, devices }, isTraining) {
    const { tf, leafCount } = this;
    const parameters = splitParameters(tf, this.layout, flat);
    const apply = (name, x, activation) => dense(tf, parameters, name, x, activation);
    const programs = leaves.shape[0] / leafCount;
    const noMask = tf.zeros([1, 1, 1, leafCount]);
    let x = apply('input', leaves).add(places);
    for (let i = 0; i < LAYERS; i++) {
      const mixed = attention(tf, apply(`${i}.attention_in`, x), noMask, HEADS, leafCount);
      const attended = x.add(apply(`${i}.attention_out`, mixed));
      x = layerNorm(tf, parameters, `${i}.attention_norm`, attended);
      const hidden = apply(`${i}.feed_forward_in`, x, 'relu');
      const fed = x.add(apply(`${i}.feed_forward_out`, hidden));
      x = layerNorm(tf, parameters, `${i}.feed_forward_norm`, fed);
    }
    const normalise = (name, y) => this.#normalise(parameters, name, y, isTraining);
    const layers = (name, y, widths) =>
      widths.reduce(
        (z, _, i) => normalise(`${name}.${i}_norm`, apply(`${name}.${i}`, z)).relu(),
        y,
      );
    const flattened = x.reshape([programs, leafCount * WIDTH]);
    let program = normalise('flatten_norm', apply('flatten', flattened));
    program = layers('embedding', program, EMBEDDING_LAYERS);
    if (this.hasDevices) {
      const device = layers('device', devices, DEVICE_LAYERS);
      program = normalise('joint program', program).add(normalise('joint device', device));
    }
    return apply('output', layers('decoder', program, DECODER_LAYERS));
  }

  /** Takes the batch's means and variances into the running ones; after each training step. */
  learnStatistics() {
    for (const { name, mean, variance } of this.met.splice(0)) {
      const before = this.ownedRunning.get(name);
      const [m, v] = this.tf.tidy(() =>
        before === undefined
          ? [mean.clone(), variance.clone()]
          : [blend(before.mean, mean), blend(before.variance, variance)],
      );
      this.tf.dispose([mean, variance, ...(before ? [before.mean, before.variance] : [])]);
      // A step runs in a scope of its own.
      this.ownedRunning.set(name, { mean: this.tf.keep(m), variance: this.tf.keep(v) });
    }
  }

  dispose() {
    for (const { mean, variance } of this.ownedRunning.values()) this.tf.dispose([mean, variance]);
    this.ownedRunning.clear();
  }

  /**
   * Batch normalisation (Ioffe & Szegedy 2015), its gradient written out as that of our layer norm
   * is; without gain and bias where the network has none of that name.
   */
  #normalise(parameters, name, x, isTraining) {
    const { tf } = this;
    const width = x.shape[1];
    const gain = parameters[`${name}.gain`] ?? tf.ones([width]);
    const bias = parameters[`${name}.bias`] ?? tf.zeros([width]);
    if (!isTraining) {
      const { mean, variance } = this.ownedRunning.get(name);
      return x.sub(mean).mul(variance.add(EPSILON).rsqrt()).mul(gain).add(bias);
    }
    const block = tf.customGrad((input, g, b, save) => {
      const mean = input.mean(0, true);
      const centred = input.sub(mean);
      const variance = centred.square().mean(0, true);
      this.met.push({ name, mean: tf.keep(mean), variance: tf.keep(variance) });
      const inverse = variance.add(EPSILON).rsqrt(); // [1, width]
      const standard = centred.mul(inverse);
      save([standard, inverse, g]);
      return {
        value: standard.mul(g).add(b),
        gradFunc: (dy, [s, r, savedGain]) => {
          const dStandard = dy.mul(savedGain);
          const along = dStandard.mul(s).mean(0, true);
          const dx = dStandard.sub(dStandard.mean(0, true)).sub(s.mul(along)).mul(r);
          return [dx, dy.mul(s).sum(0), dy.sum(0)];
        },
      };
    });
    return block(x, gain, bias);
  }
}

/**
 * Where leaves stand, as the original codes it: the exponent counts columns, not pairs of them,
 * and the position is the leaf's place in the serialised tree, 2·id − depth.
 *
 * @returns [rows, 164], row-major
 */
export function placeCodes(positions, depths) {
  const codes = new Float32Array(positions.length * WIDTH);
  positions.forEach((position, row) => {
    const place = 2 * position - depths[row];
    for (let c = 0; c < WIDTH; c += 2) {
      codes[row * WIDTH + c] = Math.sin(place / 10000 ** ((2 * c) / WIDTH));
      codes[row * WIDTH + c + 1] = Math.cos(place / 10000 ** ((2 * (c + 1)) / WIDTH));
    }
  });
  return codes;
}

/** Adam (Kingma & Ba 2015) with the decay in the gradient, as PyTorch's, clipped by norm before. */
export class OriginalAdam {
  static learningRate = 1.6765674942282653e-5;
  static decay = 0.001307066900542625;
  static clipNorm = 2;

  constructor(tf, values) {
    this.tf = tf;
    this.ownedWeights = tf.variable(tf.tensor1d(values));
    this.ownedFirst = tf.zeros([values.length]);
    this.ownedSecond = tf.zeros([values.length]);
    this.steps = 0;
  }

  /** Down `gradient` [N]; whether it was finite. */
  step(gradient) {
    const { tf } = this;
    const norm = gradient.square().sum().sqrt().dataSync()[0];
    if (!Number.isFinite(norm)) return false;
    const rate = cyclicRate(this.steps++, OriginalAdam.learningRate);
    const [first, second] = tf.tidy(() => {
      const clip = Math.min(1, OriginalAdam.clipNorm / (norm + 1e-6));
      const g = gradient.mul(clip).add(this.ownedWeights.mul(OriginalAdam.decay));
      const m = this.ownedFirst.mul(0.9).add(g.mul(0.1));
      const v = this.ownedSecond.mul(0.999).add(g.square().mul(0.001));
      const deviation = v
        .div(1 - 0.999 ** this.steps)
        .sqrt()
        .add(1e-8);
      const moved = m.mul(rate / (1 - 0.9 ** this.steps)).div(deviation);
      this.ownedWeights.assign(this.ownedWeights.sub(moved));
      return [tf.keep(m), tf.keep(v)];
    });
    tf.dispose([this.ownedFirst, this.ownedSecond]);
    [this.ownedFirst, this.ownedSecond] = [first, second];
    return true;
  }

  dispose() {
    this.tf.dispose([this.ownedWeights, this.ownedFirst, this.ownedSecond]);
  }
}

/** Triangles between a tenth and ten times `rate`, 4000 steps each (Smith 2017). */
export function cyclicRate(step, rate) {
  const [least, most] = [rate / 10, rate * 10];
  const place = Math.abs(step / 2000 - 2 * Math.floor(1 + step / 4000) + 1);
  return least + (most - least) * Math.max(0, 1 - place);
}

/** 1000·MSE + MAPE of standardised labels: [P] each. */
export function originalLoss(output, targets) {
  const error = output.sub(targets);
  const relative = error.div(targets).abs().mean();
  return error.square().mean().mul(1000).add(relative);
}

/** PyTorch's start: uniform within ±1/√inputs, of which this is the deviation. */
function linear(name, inputs, outputs) {
  const start = { deviation: 1 / Math.sqrt(3 * inputs) };
  return [
    { name: `${name}.weight`, shape: [inputs, outputs], start, decays: true },
    { name: `${name}.bias`, shape: [outputs], start, decays: true },
  ];
}

function norm(name, width) {
  return [
    { name: `${name}.gain`, shape: [width], start: { constant: 1 }, decays: true },
    { name: `${name}.bias`, shape: [width], start: { constant: 0 }, decays: true },
  ];
}

function stack(name, inputs, widths) {
  return widths.flatMap((width, i) => [
    ...linear(`${name}.${i}`, widths[i - 1] ?? inputs, width),
    ...norm(`${name}.${i}_norm`, width),
  ]);
}

function blend(before, now) {
  return before.mul(1 - MOMENTUM).add(now.mul(MOMENTUM));
}
