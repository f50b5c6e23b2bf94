import { LOG_VARIANCE_RANGE } from '../model';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tf } from '../tensor';

export interface LossSettings {
  /** Where the squared error turns linear, in deviations of the target. */
  readonly huberLimit: number;
  /** Weight of the uncertainty's likelihood. */
  readonly likelihoodWeight: number;
  /** Weight of the ranking term. */
  readonly rankingWeight: number;
}

/** What a step is compared with; P programs. */
export interface LossTargets {
  /** [P] standardised log-ratios. */
  readonly targets: Tensor1D;
  /** [P] weights of the examples; 0 on padding. */
  readonly weights: Tensor1D;
  /** [P, P] weight of ranking i before j: positive where i is the faster of the same task. */
  readonly pairs: Tensor2D;
}

/**
 * Error, uncertainty and order in one number.
 *
 * - Huber (1964) of the mean, so that one odd measurement does not steer;
 * - Gaussian negative log-likelihood of the variance alone, the mean held fixed
 *   (after Seitzer et al. 2022: a likelihood that trains both lets the model
 *   explain hard programs away as noise);
 * - logistic loss of within-task pairs (RankNet, Burges et al. 2005, equation 3),
 *   the pairs weighted by how far they are apart.
 *
 * @param output [M, P, 2] of `forward`
 */
export function trainingLoss(
  tf: Tf,
  output: Tensor3D,
  { targets, weights, pairs }: LossTargets,
  settings: LossSettings,
): Scalar {
  const [decoders, programs] = output.shape;
  const [means, logVariances] = tf
    .split(output, 2, 2)
    .map((part) => part.reshape([decoders, programs])) as [Tensor2D, Tensor2D]; // [M, P] each
  const error = means.sub<Tensor2D>(targets); // [M, P]
  const perDecoder = weights.sum().mul<Scalar>(decoders);
  const average = (x: Tensor) => x.mul(weights).sum().div<Scalar>(perDecoder);

  const size = error.abs();
  const inside = size.minimum(settings.huberLimit);
  const huber = average(inside.square().mul(0.5).add(size.sub(inside).mul(settings.huberLimit)));

  const [least, most] = LOG_VARIANCE_RANGE;
  const clipped = logVariances.clipByValue(least, most);
  const squared = withoutGradient(tf, error.square());
  const likelihood = average(clipped.add(squared.mul(clipped.neg().exp())).mul(0.5));

  // i should be predicted below j: difference[m, i, j] = mean_i - mean_j.
  const difference = means.expandDims(2).sub(means.expandDims(1)); // [M, P, P]
  const pairTotal = pairs.sum().add(1e-6).mul(decoders);
  const ranking = tf.softplus(difference).mul(pairs).sum().div(pairTotal);

  return huber
    .add(likelihood.mul(settings.likelihoodWeight))
    .add<Scalar>(ranking.mul(settings.rankingWeight));
}

/** tfjs has no stop-gradient: an identity whose gradient is nothing. */
function withoutGradient(tf: Tf, x: Tensor): Tensor {
  const identity = tf.customGrad((input: unknown) => ({
    value: (input as Tensor).clone(),
    gradFunc: (dy: Tensor) => [tf.zerosLike(dy)],
  }));
  return identity(x);
}

/** Pairs further apart than this, in deviations of the target, weigh no more. */
const GAP_LIMIT = 1;

/**
 * Pair weights of a step: gap, at most `GAP_LIMIT`, times the faster one's weight,
 * over pairs of one task; row i, column j where i is faster. Row-major [P, P].
 */
export function pairWeights(
  latenciesSeconds: Float64Array,
  taskIndices: Int32Array,
  weights: Float32Array,
  deviation: number,
): Float32Array {
  const count = latenciesSeconds.length;
  const pairs = new Float32Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      if (taskIndices[i] !== taskIndices[j] || (weights[j] as number) === 0) continue;
      const gap =
        Math.log((latenciesSeconds[j] as number) / (latenciesSeconds[i] as number)) / deviation;
      if (gap > 0) pairs[i * count + j] = Math.min(gap, GAP_LIMIT) * (weights[i] as number);
    }
  }
  return pairs;
}
