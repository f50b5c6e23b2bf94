import type { Rng } from '../base';
import { chooseGreedily, percent } from './greedy';
import { createTaskKernel, type TaskKernel, type TaskKernelOptions } from './task-kernel';
import type { ChosenTask, TaskPoints } from './task-points';

/** Programs that will be measured of a chosen task, about: their mean tells of the task's. */
const MEASURED_PROGRAMS = 8;
/** Variance of what a measured task tells that has nothing to do with others, to the mean variance. */
const NOISE = 0.05;

/** Chosen on trials between CPU devices; see the README of this room. */
const KERNEL = Object.freeze({ lengthShare: 0.5, groupShare: 0.25 });

/**
 * Transductive experimental design (Yu, Bi & Tresp, ICML 2006; Cohn's integrated variance, 1996):
 * the error that a model will make on the new device is taken for a Gaussian process over programs,
 * as large as the model's own uncertainty, and as alike for two programs as these are near and of
 * one group. Measuring a task tells of its mean error; each task is the one that lowers most what
 * stays unknown of the programs of all tasks not chosen. Uncertainty, representativeness and
 * diversity are one figure here: a task like one that is chosen tells nothing new, an odd one tells
 * nothing of others. O(P² width + count x P T), see `createTaskKernel`.
 *
 * @param tasks each with at least one point
 */
export function sampleByVariance(
  tasks: readonly TaskPoints[],
  count: number,
  rng: Rng,
  kernelOptions?: TaskKernelOptions,
): readonly ChosenTask[] {
  const kernel = createTaskKernel(tasks, rng, { ...KERNEL, ...kernelOptions, hasDoubts: true });
  const { taskCount, taskOf, weights, doubts } = kernel;
  // Both become what is left after the chosen tasks are known.
  const { toTask, between } = kernel;
  const noise = observationNoise(kernel);
  /** Weight of each program as far as its task is not chosen: what is measured needs no guess. */
  const wanted = weights.slice();
  const total = weights.reduce((sum, weight, i) => sum + weight * (doubts[i] as number) ** 2, 0);
  let known = 0;
  return chooseGreedily(
    taskCount,
    count,
    (task) => {
      let sum = 0;
      for (let i = 0; i < wanted.length; i++) {
        if (taskOf[i] === task) continue;
        sum += (wanted[i] as number) * (toTask[i * taskCount + task] as number) ** 2;
      }
      return sum / ((between[task * taskCount + task] as number) + (noise[task] as number));
    },
    (task, gain) => {
      const own = (between[task * taskCount + task] as number) + (noise[task] as number);
      const row = between.slice(task * taskCount, (task + 1) * taskCount);
      condition(toTask, row, task, own);
      condition(between, row, task, own);
      taskOf.forEach((of, i) => {
        if (of === task) wanted[i] = 0;
      });
      known += gain;
      return `tells ${percent(gain / total)} of what is unknown of others, ${percent(known / total)} in all`;
    },
  );
}

/** Of each task's mean error as measured: its programs differ, and few of them are measured. */
function observationNoise({
  taskCount,
  taskOf,
  counts,
  doubts,
  weights,
  between,
}: TaskKernel): Float64Array {
  const variances = new Float64Array(taskCount);
  let mean = 0;
  taskOf.forEach((task, i) => {
    const variance = (doubts[i] as number) ** 2;
    variances[task] = (variances[task] as number) + variance / (counts[task] as number);
    mean += variance * (weights[i] as number);
  });
  return variances.map((variance, task) => {
    const shared = between[task * taskCount + task] as number;
    return Math.max(0, variance - shared) / MEASURED_PROGRAMS + NOISE * mean;
  });
}

/**
 * Takes what the task tells out of every row: cov(x, y) - cov(x, t) cov(t, y) / var(t), equation 2.24
 * of Rasmussen & Williams 2006 for one observation.
 *
 * @param rows [rows, T], changed in place
 * @param row [T] covariances of the task with all tasks, from before
 */
function condition(rows: Float64Array, row: Float64Array, task: number, variance: number): void {
  const taskCount = row.length;
  for (let start = 0; start < rows.length; start += taskCount) {
    const factor = (rows[start + task] as number) / variance;
    if (factor === 0) continue;
    for (let other = 0; other < taskCount; other++) {
      rows[start + other] = (rows[start + other] as number) - factor * (row[other] as number);
    }
  }
}
