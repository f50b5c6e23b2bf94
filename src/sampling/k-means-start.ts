import type { Rng } from '../base';
import { squaredDistance } from './points';

/**
 * First centres by greedy k-means++ (Arthur & Vassilvitskii, SODA 2007): each is a point, drawn
 * with a chance that grows with its squared distance to those before; of 2 + ln k draws the one
 * that leaves the least is taken (their section 5; scikit-learn does the same). Points that are all
 * equal give equal centres. O(points x k x width x ln k), less where most candidates are far.
 *
 * @returns [k, width]
 */
export function plusPlusCentres(
  points: Float32Array,
  width: number,
  k: number,
  rng: Rng,
): Float32Array {
  const count = points.length / width;
  const trials = 2 + Math.floor(Math.log(k));
  /** Of each point: squared distance to the nearest centre so far. */
  const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const centres = new Float32Array(k * width);
  const addCentre = (centre: number, point: number): void => {
    centres.set(points.subarray(point * width, (point + 1) * width), centre * width);
    for (let i = 0; i < count; i++) {
      const limit = nearest[i] as number;
      const distance = squaredDistance(points, i, points, point, width, limit);
      if (distance < limit) nearest[i] = distance;
    }
  };
  const leftBy = (point: number): number => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const limit = nearest[i] as number;
      sum += Math.min(limit, squaredDistance(points, i, points, point, width, limit));
    }
    return sum;
  };
  addCentre(0, rng.nextInt(count));
  for (let centre = 1; centre < k; centre++) {
    const total = nearest.reduce((sum, distance) => sum + distance, 0);
    if (total === 0) {
      addCentre(centre, rng.nextInt(count));
      continue;
    }
    let best = drawByWeight(nearest, total, rng);
    let least = leftBy(best);
    for (let trial = 1; trial < trials; trial++) {
      const candidate = drawByWeight(nearest, total, rng);
      const left = leftBy(candidate);
      if (left >= least) continue;
      best = candidate;
      least = left;
    }
    addCentre(centre, best);
  }
  return centres;
}

/** An index, drawn with a chance in proportion to its weight; `total` is their positive sum. */
function drawByWeight(weights: Float64Array, total: number, rng: Rng): number {
  let left = rng.next() * total;
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] as number;
    if (weight === 0) continue;
    last = i;
    left -= weight;
    if (left < 0) return i;
  }
  // Rounding may leave a rest: the last that can be drawn at all.
  return last;
}
