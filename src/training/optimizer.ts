import {
  inScope,
  readInScope,
  type Scalar,
  type Tensor1D,
  type Tf,
  type Variable,
} from '../tensor';

export interface AdamWSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Longest gradient, by its Euclidean norm over all weights. */
  readonly clipNorm: number;
  /** Of the moving average of the weights, once it has warmed up. */
  readonly averageDecay: number;
}

export const DEFAULT_ADAMW: AdamWSettings = Object.freeze({
  beta1: 0.9,
  // A shorter memory than the usual 0.999: a training is a few hundred steps.
  beta2: 0.98,
  epsilon: 1e-8,
  weightDecay: 0.05,
  clipNorm: 2,
  averageDecay: 0.98,
});

/** What is left of an optimiser's past; each vector [N]. */
export interface OptimizerState {
  readonly steps: number;
  readonly weights: Float32Array;
  /** Moments of the gradient. */
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Moving average of the weights. */
  readonly average: Float32Array;
}

/** An optimiser that has not stepped yet. */
export function freshOptimizerState(weights: Float32Array): OptimizerState {
  const none = new Float32Array(weights.length);
  return { steps: 0, weights, first: none, second: none, average: weights };
}

/**
 * AdamW (Loshchilov & Hutter 2019, algorithm 2) with clipping by the global norm
 * and a moving average of the weights (Polyak & Juditsky 1992), over one flat
 * vector of N weights. Owns its tensors until `dispose`.
 */
export class AdamW {
  readonly #tf: Tf;
  readonly #settings: AdamWSettings;
  /** [N] */
  readonly ownedWeights: Variable;
  readonly #ownedDecayMask: Tensor1D;
  #ownedFirst: Tensor1D;
  #ownedSecond: Tensor1D;
  #ownedAverage: Tensor1D;
  #steps: number;

  /**
   * @param from weights to begin with, or the state of an optimiser to go on with
   * @param decayMask [N] 1 where weight decay pulls
   */
  constructor(
    tf: Tf,
    from: Float32Array | OptimizerState,
    decayMask: Float32Array,
    settings: AdamWSettings = DEFAULT_ADAMW,
  ) {
    this.#tf = tf;
    this.#settings = settings;
    const state = 'steps' in from ? from : freshOptimizerState(from);
    this.#steps = state.steps;
    // Not trainable in tfjs' sense: gradients are asked of it by name.
    this.ownedWeights = inScope(tf, 'starting the optimiser', () =>
      tf.variable(tf.tensor1d(state.weights)),
    );
    this.#ownedDecayMask = tf.tensor1d(decayMask);
    this.#ownedFirst = tf.tensor1d(state.first);
    this.#ownedSecond = tf.tensor1d(state.second);
    this.#ownedAverage = tf.tensor1d(state.average);
  }

  /**
   * One step down `gradient` [N]; both tensors stay the caller's.
   *
   * @param loss what the gradient is of: read back together with its norm
   * @returns the loss, or undefined where it or the gradient was not finite; nothing changes then
   */
  step(gradient: Tensor1D, loss: Scalar, learningRate: number): number | undefined {
    const tf = this.#tf;
    const { beta1, beta2, epsilon, weightDecay, clipNorm, averageDecay } = this.#settings;
    const measured = readInScope(tf, 'measuring a gradient', () =>
      tf.stack([loss, gradient.square().sum().sqrt()]),
    );
    const [lossValue, norm] = measured as unknown as [number, number];
    if (!Number.isFinite(lossValue) || !Number.isFinite(norm)) return undefined;
    this.#steps++;
    const clipped = Math.min(1, clipNorm / Math.max(norm, 1e-12));
    const firstScale = 1 / (1 - beta1 ** this.#steps);
    const secondScale = 1 / (1 - beta2 ** this.#steps);
    const decay = Math.min(averageDecay, (1 + this.#steps) / (10 + this.#steps));
    const [first, second, average] = inScope(tf, 'stepping down a gradient', () => {
      const g = gradient.mul<Tensor1D>(clipped);
      const m = this.#ownedFirst.mul(beta1).add<Tensor1D>(g.mul(1 - beta1));
      const v = this.#ownedSecond.mul(beta2).add<Tensor1D>(g.square().mul(1 - beta2));
      const denominator = v.mul(secondScale).sqrt().add(epsilon);
      const weights = this.ownedWeights as unknown as Tensor1D;
      const pulled = weights.mul(this.#ownedDecayMask).mul(learningRate * weightDecay);
      const moved = weights
        .sub<Tensor1D>(m.mul(learningRate * firstScale).div(denominator))
        .sub<Tensor1D>(pulled);
      const smoothed = this.#ownedAverage.mul(decay).add<Tensor1D>(moved.mul(1 - decay));
      this.ownedWeights.assign(moved);
      // Kept, for the caller may be in a scope of its own.
      return [tf.keep(m), tf.keep(v), tf.keep(smoothed)];
    }) as [Tensor1D, Tensor1D, Tensor1D];
    tf.dispose([this.#ownedFirst, this.#ownedSecond, this.#ownedAverage]);
    this.#ownedFirst = first;
    this.#ownedSecond = second;
    this.#ownedAverage = average;
    return lossValue;
  }

  /** [N]: the moving average of the weights; what is kept of a training. */
  averaged(): Float32Array {
    return readInScope(this.#tf, 'reading weights', () => this.#ownedAverage.clone());
  }

  /** What another one needs to go on as this one would. */
  state(): OptimizerState {
    const read = (tensor: Tensor1D) =>
      readInScope(this.#tf, 'reading an optimiser', () => tensor.clone());
    return {
      steps: this.#steps,
      weights: read(this.ownedWeights as unknown as Tensor1D),
      first: read(this.#ownedFirst),
      second: read(this.#ownedSecond),
      average: read(this.#ownedAverage),
    };
  }

  dispose(): void {
    this.#tf.dispose([
      this.ownedWeights,
      this.#ownedDecayMask,
      this.#ownedFirst,
      this.#ownedSecond,
      this.#ownedAverage,
    ]);
  }
}

/** Linear warm-up to `peak`, then half a cosine down to a hundredth of it; `step` from 0. */
export function learningRateAt(
  step: number,
  steps: number,
  peak: number,
  warmUpSteps: number,
): number {
  if (step < warmUpSteps) return (peak * (step + 1)) / warmUpSteps;
  const done = (step - warmUpSteps) / Math.max(1, steps - warmUpSteps);
  return peak * (0.01 + 0.99 * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done))));
}
