import type { Rng } from '../base';
import { chooseGreedily } from './greedy';
import { createTaskKernel, type TaskKernelOptions } from './task-kernel';
import type { ChosenTask, TaskPoints } from './task-points';

/** Chosen on trials between CPU devices; see the README of this room. */
const KERNEL = Object.freeze({ lengthShare: 2, groupShare: 0 });

/**
 * Kernel herding (Chen, Welling & Smola, UAI 2010) over tasks: each one brings the programs of the
 * chosen tasks, taken together, as near as it can to all programs, uncertain ones counted for more.
 * Nearness is the maximum mean discrepancy (Gretton et al. 2012). Right where what is chosen shall
 * look like the whole, in its proportions: common kinds of task are chosen again and again.
 * O(P² width + count x T), see `createTaskKernel`.
 *
 * @param tasks each with at least one point
 */
export function sampleByHerding(
  tasks: readonly TaskPoints[],
  count: number,
  rng: Rng,
  kernelOptions?: TaskKernelOptions,
): readonly ChosenTask[] {
  const { taskCount, taskOf, between, weights, doubts } = createTaskKernel(tasks, rng, {
    ...KERNEL,
    ...kernelOptions,
  });
  const shares = new Float64Array(taskCount);
  taskOf.forEach((task, i) => {
    const weight = (weights[i] as number) * (doubts[i] as number);
    shares[task] = (shares[task] as number) + weight;
  });
  const total = shares.reduce((sum, share) => sum + share, 0);
  /** Mean kernel of each task with the whole. */
  const toWhole = new Float64Array(taskCount);
  for (let task = 0; task < taskCount; task++) {
    for (let other = 0; other < taskCount; other++) {
      const share = (shares[other] as number) / total;
      toWhole[task] =
        (toWhole[task] as number) + share * (between[task * taskCount + other] as number);
    }
  }
  const ofWhole = toWhole.reduce((sum, k, task) => sum + (k * (shares[task] as number)) / total, 0);

  /** Sum of the kernel of each task with the chosen ones, of the chosen with each other and the whole. */
  const toChosen = new Float64Array(taskCount);
  let ofChosen = 0;
  let chosenToWhole = 0;
  let size = 0;
  /** Squared discrepancy between the whole and the chosen with one task more. */
  const discrepancyWith = (task: number): number => {
    const inner =
      ofChosen + 2 * (toChosen[task] as number) + (between[task * taskCount + task] as number);
    const cross = chosenToWhole + (toWhole[task] as number);
    return ofWhole - (2 * cross) / (size + 1) + inner / (size + 1) ** 2;
  };
  return chooseGreedily(
    taskCount,
    count,
    (task) => -discrepancyWith(task),
    (task, gain) => {
      const own = between[task * taskCount + task] as number;
      ofChosen += 2 * (toChosen[task] as number) + own;
      chosenToWhole += toWhole[task] as number;
      size++;
      for (let other = 0; other < taskCount; other++) {
        const k = between[task * taskCount + other] as number;
        toChosen[other] = (toChosen[other] as number) + k;
      }
      const distance = Math.sqrt(Math.max(0, -gain) / ofWhole);
      return `leaves the chosen ${distance.toFixed(3)} from the whole`;
    },
  );
}
