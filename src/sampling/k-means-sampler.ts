import type { Rng } from '../base';
import { kMeans } from './k-means';
import { squaredDistance } from './points';
import type { ChosenTask, TaskPoints } from './task-points';

/**
 * CDMPP's selector (Hu et al., EuroSys 2024, "KMeans-based sampling"), as its code does it: as many
 * clusters over all programs as there are tasks to choose; for each cluster, the largest first, the
 * task not yet chosen whose programs are nearest to its centre, by their mean distance. One pass.
 * O(starts x iterations x programs x count x width).
 *
 * @param tasks each with at least one point
 */
export function sampleByKMeans(
  tasks: readonly TaskPoints[],
  count: number,
  rng: Rng,
): readonly ChosenTask[] {
  const width = tasks[0]?.width ?? 0;
  const points = joined(tasks);
  // Not more than there are programs: every task has one.
  const { centres, sizes } = kMeans(points, width, count, rng);
  const order = Array.from(sizes, (size, cluster) => ({ size, cluster })).sort(
    (a, b) => b.size - a.size || a.cluster - b.cluster,
  );
  const isChosen = new Uint8Array(tasks.length);
  return order.map(({ size, cluster }) => {
    let nearest = -1;
    let least = Number.POSITIVE_INFINITY;
    tasks.forEach((task, index) => {
      if (isChosen[index] === 1) return;
      const distance = meanDistance(task, centres, cluster);
      if (nearest >= 0 && distance >= least) return;
      nearest = index;
      least = distance;
    });
    isChosen[nearest] = 1;
    return { task: nearest, reason: `nearest to a cluster of ${size} programs` };
  });
}

/** Of the task's programs to one centre: Euclidean, not squared. */
function meanDistance(
  { points, width }: TaskPoints,
  centres: Float32Array,
  cluster: number,
): number {
  const count = points.length / width;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += Math.sqrt(squaredDistance(points, i, centres, cluster, width));
  }
  return sum / count;
}

function joined(tasks: readonly TaskPoints[]): Float32Array {
  const length = tasks.reduce((sum, { points }) => sum + points.length, 0);
  const all = new Float32Array(length);
  let at = 0;
  for (const { points } of tasks) {
    all.set(points, at);
    at += points.length;
  }
  return all;
}
