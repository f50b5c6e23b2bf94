import { aboveBase, type LabelTransform, LOG_VARIANCE_RANGE } from '../model';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tf } from '../tensor';
import { type RankGroups, type RankingSettings, rankingLoss } from './ranking-loss';

export interface LossSettings extends RankingSettings {
  /** Weight of the distance from the label. */
  readonly absoluteWeight: number;
  /** Where that distance's square turns linear, in deviations of the label. */
  readonly huberLimit: number;
  /** Weight of the relative error in seconds. */
  readonly relativeWeight: number;
  /** ln(predicted / measured) from which on the relative error grows in a line, not by its exponential. */
  readonly relativeLimit: number;
  /** Relative errors well below this count by their square. */
  readonly relativeSmoothing: number;
  /** Weight of the order within tasks. */
  readonly rankingWeight: number;
  /** Weight of the uncertainty's likelihood. */
  readonly likelihoodWeight: number;
}

/** What a step is compared with; P programs. */
export interface LossTargets {
  /** [P] standardised labels. */
  readonly targets: Tensor1D;
  /** [P] weights of the examples; 0 on padding. */
  readonly weights: Tensor1D;
  /** [P] bases of the labels, ln(seconds). */
  readonly bases: Tensor1D;
  /** [P] measured, ln(seconds). */
  readonly logLatencies: Tensor1D;
  readonly groups: RankGroups;
}

/** How the network's numbers become latencies. */
export interface LabelScale {
  readonly label: LabelTransform;
  readonly targetMean: number;
  readonly targetDeviation: number;
  /** Gap of ln(latency) that ranking counts in; see `fitGapUnit`. */
  readonly gapUnit: number;
}

/**
 * Error, uncertainty and order in one number: the sum of these terms by their weights.
 *
 * - absolute: Huber (1964) of the standardised label, so that one odd measurement
 *   does not steer;
 * - relative: |predicted / measured − 1| in seconds, which is what MAPE is the mean
 *   of (CDMPP, Hu et al. 2024, adds a relative error too, but of labels whose zero
 *   is arbitrary);
 * - ranking: see `rankingLoss`;
 * - likelihood: Gaussian negative log-likelihood of the variance alone, the mean held
 *   fixed (after Seitzer et al. 2022: a likelihood that trains both lets the model
 *   explain hard programs away as noise).
 *
 * A term of weight 0 is not computed.
 *
 * @param output [M, P, 2] of `forward`
 */
export function trainingLoss(
  tf: Tf,
  output: Tensor3D,
  { targets, weights, bases, logLatencies, groups }: LossTargets,
  scale: LabelScale,
  settings: LossSettings,
): Scalar {
  const [decoders, programs] = output.shape;
  const [means, logVariances] = tf
    .split(output, 2, 2)
    .map((part) => part.reshape([decoders, programs])) as [Tensor2D, Tensor2D]; // [M, P] each
  const perDecoder = weights.sum().mul<Scalar>(decoders);
  const average = (x: Tensor) => x.mul(weights).sum().div<Scalar>(perDecoder);
  const error = means.sub<Tensor2D>(targets); // [M, P]

  let loss = tf.scalar(0);
  const { absoluteWeight, relativeWeight, rankingWeight, likelihoodWeight } = settings;
  if (absoluteWeight > 0) {
    loss = loss.add(average(huber(error, settings.huberLimit)).mul(absoluteWeight));
  }
  if (likelihoodWeight > 0) {
    loss = loss.add(average(likelihood(tf, logVariances, error)).mul(likelihoodWeight));
  }
  if (relativeWeight > 0 || rankingWeight > 0) {
    const labels = means.mul<Tensor2D>(scale.targetDeviation).add<Tensor2D>(scale.targetMean);
    const predicted = aboveBase(tf, scale.label, labels).add<Tensor2D>(bases); // [M, P], ln(seconds)
    if (relativeWeight > 0) {
      const relative = relativeError(predicted.sub(logLatencies), settings);
      loss = loss.add(average(relative).mul(relativeWeight));
    }
    if (rankingWeight > 0) {
      const ranking = rankingLoss(
        tf,
        predicted,
        logLatencies,
        weights,
        groups,
        scale.gapUnit,
        settings,
      );
      loss = loss.add(ranking.mul(rankingWeight));
    }
  }
  return loss;
}

/** Huber (1964): e² / 2 up to the limit, a line of the same slope beyond. */
export function huber(error: Tensor, limit: number): Tensor {
  const size = error.abs();
  const inside = size.minimum(limit);
  return inside.square().mul(0.5).add(size.sub(inside).mul(limit));
}

/** Of the error under a normal distribution, but for a constant; the error has no gradient. */
export function likelihood(tf: Tf, logVariances: Tensor, error: Tensor): Tensor {
  const [least, most] = LOG_VARIANCE_RANGE;
  const clipped = logVariances.clipByValue(least, most);
  const squared = withoutGradient(tf, error.square());
  return clipped.add(squared.mul(clipped.neg().exp())).mul(0.5);
}

/**
 * √(r² + s²) − s of the relative error r = exp(d) − 1, which is |r| but for a smooth
 * bottom; beyond the limit L, exp(d) goes on along its tangent.
 *
 * @param difference d = ln(predicted / measured)
 */
export function relativeError(
  difference: Tensor,
  { relativeLimit, relativeSmoothing }: Pick<LossSettings, 'relativeLimit' | 'relativeSmoothing'>,
): Tensor {
  const inside = difference.minimum(relativeLimit);
  const relative = inside.exp().mul(difference.sub(inside).add(1)).sub(1);
  return relative
    .square()
    .add(relativeSmoothing ** 2)
    .sqrt()
    .sub(relativeSmoothing);
}

/** tfjs has no stop-gradient: an identity whose gradient is nothing. */
function withoutGradient(tf: Tf, x: Tensor): Tensor {
  const identity = tf.customGrad((input: unknown) => ({
    value: (input as Tensor).clone(),
    gradFunc: (dy: Tensor) => [tf.zerosLike(dy)],
  }));
  return identity(x);
}
