/** How alike programs are, as a kernel: what is learned of one tells of another as much. */
import type { Rng } from '../base';
import { squaredDistance } from './points';

/** Pairs that the typical distance is taken from. */
const MEDIAN_PAIRS = 2000;

/**
 * exp(-distance / length), the Matérn kernel of order 1/2: latencies jump between neighbours
 * (a tile that fits a cache, one that does not), and smoother kernels promise what is not so.
 */
export function similarityAt(squared: number, length: number): number {
  return Math.exp(-Math.sqrt(squared) / length);
}

/**
 * Median distance of different points over pairs drawn at random (the median heuristic, Gretton et
 * al. 2012, section 8): the length at which a kernel tells points of this cloud apart. 1 where the
 * points drawn are all equal.
 *
 * @param points [points, width], at least one
 */
export function typicalDistance(points: Float32Array, width: number, rng: Rng): number {
  const count = points.length / width;
  const distances: number[] = [];
  for (let pair = 0; pair < MEDIAN_PAIRS; pair++) {
    const squared = squaredDistance(points, rng.nextInt(count), points, rng.nextInt(count), width);
    if (squared > 0) distances.push(Math.sqrt(squared));
  }
  distances.sort((a, b) => a - b);
  return distances[Math.floor(distances.length / 2)] ?? 1;
}
