import type { Rng } from '../base';
import { invalidArgument } from '../errors';
import { plusPlusCentres } from './k-means-start';
import { type Clusters, lloyd } from './lloyd';
import { countRows } from './points';

export interface KMeansOptions {
  /** Runs from different first centres, of which the best is kept; default 4. */
  readonly starts?: number;
  /** Of one run; default 300, as in scikit-learn. */
  readonly mostIterations?: number;
  /**
   * A run ends when its centres have moved by no more than this share of the mean variance of a
   * column; default 1e-4, as in scikit-learn.
   */
  readonly tolerance?: number;
}

/**
 * k clusters of points with the least sum of squared distances to their centres that `starts` runs
 * find: k-means++, then Lloyd. The same points and random numbers give the same clusters. Time
 * O(starts x iterations x points x k x width), of which Hamerly's bounds leave a part: the more,
 * the wider the rows. Right for clusters of like size that are round in these coordinates; scale
 * the columns first.
 *
 * INVALID_ARGUMENT where k is not from 1 to the number of points, or a number is not finite.
 *
 * @param points [points, width]
 */
export function kMeans(
  points: Float32Array,
  width: number,
  k: number,
  rng: Rng,
  { starts = 4, mostIterations = 300, tolerance = 1e-4 }: KMeansOptions = {},
): Clusters {
  const count = countRows('points', points, width);
  if (!Number.isInteger(k) || k < 1 || k > count) {
    throw invalidArgument(
      `k: ${k}; it must be an integer from 1 to ${count}, the points there are`,
    );
  }
  if (!Number.isInteger(starts) || starts < 1) {
    throw invalidArgument(`starts: ${starts}; it must be an integer of at least 1`);
  }
  const limits = { mostIterations, tolerance: tolerance * meanVariance(points, width) };
  const run = (): Clusters => lloyd(points, width, plusPlusCentres(points, width, k, rng), limits);
  let best = run();
  for (let start = 1; start < starts; start++) {
    const other = run();
    if (other.inertia < best.inertia) best = other;
  }
  return best;
}

/** Of the columns. */
function meanVariance(points: Float32Array, width: number): number {
  const count = points.length / width;
  let sum = 0;
  for (let column = 0; column < width; column++) {
    let mean = 0;
    for (let at = column; at < points.length; at += width) mean += (points[at] as number) / count;
    for (let at = column; at < points.length; at += width) {
      sum += ((points[at] as number) - mean) ** 2;
    }
  }
  return sum / (count * width);
}
