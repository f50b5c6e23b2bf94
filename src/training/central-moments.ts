import type { Scalar, Tensor, Tensor1D, Tensor2D, Tf } from '../tensor';

export interface CmdSettings {
  /** Weight beside the losses; 0: off. */
  readonly weight: number;
  /** Moments that are compared, from the mean on. */
  readonly moments: number;
  /** Unlabelled programs of the target in a step. */
  readonly programsPerStep: number;
}

/** Keeps the root of a sum that is 0 differentiable. */
const LEAST_SQUARES = 1e-12;

/**
 * The central moment discrepancy (Zellinger et al. 2017, definition 2): distance of
 * the means plus the distances of the central moments, of activations from 0 to 1.
 * Least, 0, where both sets of programs are alike to the network; no latency is
 * looked at. The bounds matter: over others, moment k counts by their width to the k,
 * and over none the higher moments drown all else.
 *
 * @param source [P, e] within 0 and 1
 * @param target [Q, e] within 0 and 1
 * @param sourceShares [P] positive on programs, 0 on padding
 * @param targetShares [Q] likewise
 */
export function centralMomentDiscrepancy(
  tf: Tf,
  source: Tensor2D,
  target: Tensor2D,
  sourceShares: Tensor1D,
  targetShares: Tensor1D,
  moments: number,
): Scalar {
  const a = centred(source, sourceShares);
  const b = centred(target, targetShares);
  let distance = norm(a.mean.sub(b.mean));
  let [powerOfA, powerOfB] = [a.deviations, b.deviations];
  for (let k = 2; k <= moments; k++) {
    powerOfA = powerOfA.mul<Tensor2D>(a.deviations);
    powerOfB = powerOfB.mul<Tensor2D>(b.deviations);
    distance = distance.add(norm(a.average(powerOfA).sub(b.average(powerOfB))));
  }
  return distance;

  function centred(x: Tensor2D, shares: Tensor1D) {
    const row = shares.div(shares.sum()).reshape<Tensor2D>([1, shares.shape[0]]);
    const average = (values: Tensor2D) => tf.matMul<Tensor2D>(row, values); // [1, e]
    const mean = average(x);
    return { mean, deviations: x.sub<Tensor2D>(mean), average };
  }

  function norm(x: Tensor): Scalar {
    return x.square().sum().add(LEAST_SQUARES).sqrt().sub<Scalar>(Math.sqrt(LEAST_SQUARES));
  }
}

/** Embeddings of programs, which are 0 or above, between 0 and 1. */
export function bounded(embedding: Tensor2D): Tensor2D {
  return embedding.tanh();
}
