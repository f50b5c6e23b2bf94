import type { Rng } from '../base';
import { chooseGreedily, percent } from './greedy';
import { createTaskKernel, type TaskKernelOptions } from './task-kernel';
import type { ChosenTask, TaskPoints } from './task-points';

/** Chosen on trials between CPU devices; see the README of this room. */
const KERNEL = Object.freeze({ lengthShare: 1, groupShare: 0 });

/**
 * Facility location (Cornuéjols, Fisher & Nemhauser 1977; for choosing data: Wei, Iyer & Bilmes,
 * ICML 2015): each task raises most how like its most similar chosen task a program is, summed over
 * all programs, uncertain ones counted for more. Submodular, so going one by one reaches at least
 * 1 - 1/e of the best (Nemhauser, Wolsey & Fisher 1978). Right where every kind of program shall
 * have a near relative among the chosen: a kind that is covered is not chosen again.
 * O(P² width + count x P T), see `createTaskKernel`.
 *
 * @param tasks each with at least one point
 */
export function sampleByFacilityLocation(
  tasks: readonly TaskPoints[],
  count: number,
  rng: Rng,
  kernelOptions?: TaskKernelOptions,
): readonly ChosenTask[] {
  const { taskCount, taskOf, toTask, weights, doubts } = createTaskKernel(tasks, rng, {
    ...KERNEL,
    ...kernelOptions,
  });
  const importance = weights.map((weight, i) => weight * (doubts[i] as number));
  /** Of each program: similarity to its most similar chosen task. */
  const covered = new Float64Array(taskOf.length);
  const possible = importance.reduce((sum, weight, i) => {
    let most = 0;
    for (let task = 0; task < taskCount; task++) {
      most = Math.max(most, toTask[i * taskCount + task] as number);
    }
    return sum + weight * most;
  }, 0);
  let sum = 0;
  return chooseGreedily(
    taskCount,
    count,
    (task) => {
      let gain = 0;
      for (let i = 0; i < covered.length; i++) {
        const more = (toTask[i * taskCount + task] as number) - (covered[i] as number);
        if (more > 0) gain += more * (importance[i] as number);
      }
      return gain;
    },
    (task, gain) => {
      for (let i = 0; i < covered.length; i++) {
        covered[i] = Math.max(covered[i] as number, toTask[i * taskCount + task] as number);
      }
      sum += gain;
      return `covers ${percent(gain / possible)} more, ${percent(sum / possible)} in all`;
    },
  );
}
