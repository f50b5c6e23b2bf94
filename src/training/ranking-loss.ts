/**
 * Order within tasks, by pairs.
 *
 * Programs of a step stand in rows of K slots, so that a step of P programs costs
 * about P·K pairs and not P²; a pair counts where both are of one task.
 */
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D, Tf } from '../tensor';

export interface RankingSettings {
  /**
   * `logistic`: the faster of two is to be predicted the faster, the surer the better.
   * `soft`: the predicted gap is to be the measured one.
   */
  readonly ranking: 'logistic' | 'soft';
  /** Gap, in units, from which on an order is as good as sure. */
  readonly rankingTemperature: number;
  /** Pairs further apart than this, in units, weigh no more. */
  readonly rankingGapLimit: number;
}

/** Where programs of one step stand to be compared; G rows of K slots. */
export interface RankGroups {
  readonly rows: number;
  /** K. */
  readonly slotsPerRow: number;
  /** [G·K] int32: which program of the step is in a slot; 0 in an empty one. */
  readonly programs: Tensor1D;
  /** [G, K]: task of the slot; -1 in an empty one. */
  readonly tasks: Tensor2D;
}

/**
 * Mean over pairs of the cross-entropy between the order predicted and the order
 * measured (RankNet, Burges et al. 2005, equations 1 to 3), i the faster:
 *
 *   p·softplus(−g) + (1 − p)·softplus(g) = softplus(−g) + (1 − p)·g
 *
 * with g the predicted gap of ln(latency) over unit and temperature, and p 1
 * (`logistic`) or the same logistic function of the measured gap (`soft`): then the
 * term is least where the predicted gap is the measured one, so that it orders
 * without stretching the scale. A pair weighs its measured gap, up to a limit, times
 * the weight of the faster.
 *
 * @param predicted [M, P] ln(seconds)
 * @param measured [P] ln(seconds)
 * @param weights [P]
 */
export function rankingLoss(
  tf: Tf,
  predicted: Tensor2D,
  measured: Tensor1D,
  weights: Tensor1D,
  { rows, slotsPerRow, programs, tasks }: RankGroups,
  gapUnit: number,
  { ranking, rankingTemperature, rankingGapLimit }: RankingSettings,
): Scalar {
  const decoders = predicted.shape[0];
  if (rows === 0) return predicted.sum().mul<Scalar>(0);
  const inSlots = (x: Tensor1D) =>
    tf.gather(x, programs as never).reshape<Tensor2D>([rows, slotsPerRow]);
  const gaps = differences(inSlots(measured)).div<Tensor3D>(gapUnit); // [G, K, K]: j − i
  const sameTask = tasks.expandDims(1).equal(tasks.expandDims<Tensor3D>(2));
  const raw = gaps
    .clipByValue(0, rankingGapLimit)
    .mul(inSlots(weights).expandDims(2))
    .mul<Tensor3D>(sameTask);
  const pairWeights = raw.div<Tensor3D>(raw.sum().add(1e-6).mul(decoders));
  const doubts =
    ranking === 'soft'
      ? gaps.div(-rankingTemperature).sigmoid().mul<Tensor3D>(pairWeights)
      : tf.zerosLike(pairWeights);
  const slots = tf
    .gather(predicted, programs as never, 1)
    .reshape<Tensor3D>([decoders, rows, slotsPerRow]); // [M, G, K]
  return pairEntropy(tf, slots, pairWeights, doubts, 1 / (gapUnit * rankingTemperature));
}

/** Of the last axis: [..., K] → [..., K, K], element i, j the j-th minus the i-th. */
function differences(x: Tensor): Tensor {
  const last = x.shape.length;
  return x.expandDims(last - 1).sub(x.expandDims(last));
}

/**
 * Σ weight·softplus(−g) + doubt·g with its gradient written out, in a third of the
 * calls: with D = doubt − weight·σ(−g), a latency gets D summed over the pairs that
 * it is the slower of, minus D summed over those that it is the faster of.
 *
 * @param latencies [M, G, K]
 * @param weights [G, K, K]
 * @param doubts [G, K, K]
 */
function pairEntropy(
  tf: Tf,
  latencies: Tensor3D,
  weights: Tensor3D,
  doubts: Tensor3D,
  scale: number,
): Scalar {
  const block = tf.customGrad(((x: Tensor3D, save: (tensors: Tensor[]) => void) => {
    const gaps = differences(x).mul<Tensor4D>(scale); // [M, G, K, K]
    save([gaps, weights, doubts]);
    return {
      value: tf.softplus(gaps.neg()).mul(weights).add(gaps.mul(doubts)).sum(),
      gradFunc: (dy: Scalar, [g, w, q]: Tensor[]) => {
        const d = (q as Tensor).sub(
          (g as Tensor)
            .neg()
            .sigmoid()
            .mul(w as Tensor),
        ); // [M, G, K, K]
        return [d.sum(2).sub(d.sum(3)).mul(dy.mul(scale))];
      },
    };
  }) as never);
  return block(latencies) as Scalar;
}
