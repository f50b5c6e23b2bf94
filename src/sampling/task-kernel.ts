import type { Rng } from '../base';
import { squaredDistance } from './points';
import { similarityAt, typicalDistance } from './program-kernel';
import type { TaskPoints } from './task-points';
import { type ThinnedPrograms, thinTasks } from './thin-tasks';

/** Programs compared with each other at most: their pairs are what takes time. */
const MOST_PROGRAMS = 3072;

/** Of the kernel that `herding`, `facility` and `variance` share; each has defaults of its own. */
export interface TaskKernelOptions {
  /** Of the typical distance: how far one program tells of another. */
  readonly lengthShare?: number;
  /** Part of the similarity that two programs of one group have whatever their distance, 0 to 1. */
  readonly groupShare?: number;
}

/** How alike P programs and the means of T tasks are. */
export interface TaskKernel extends ThinnedPrograms {
  readonly taskCount: number;
  /** [P, T]: mean kernel of a program with those of a task, itself included. */
  readonly toTask: Float64Array;
  /** [T, T]: mean kernel of the programs of two tasks (kernel mean embeddings, Smola et al. 2007). */
  readonly between: Float64Array;
}

/**
 * O(P² width) time and O(P T) memory; P is at most 3072, or 4 a task where that is more.
 *
 * @param tasks each with at least one point
 * @param options with `hasDoubts`, similarity becomes covariance: times the doubts of both programs
 */
export function createTaskKernel(
  tasks: readonly TaskPoints[],
  rng: Rng,
  {
    lengthShare,
    groupShare,
    hasDoubts = false,
  }: Required<TaskKernelOptions> & { readonly hasDoubts?: boolean },
): TaskKernel {
  const programs = thinTasks(tasks, MOST_PROGRAMS, rng);
  const { points, width, taskOf, groupOf, counts, doubts } = programs;
  const length = lengthShare * typicalDistance(points, width, rng);
  const taskCount = tasks.length;
  const toTask = new Float64Array(taskOf.length * taskCount);
  for (let i = 0; i < taskOf.length; i++) {
    for (let j = 0; j <= i; j++) {
      const near = similarityAt(squaredDistance(points, i, points, j, width), length);
      const alike = groupOf[i] === groupOf[j] ? groupShare : 0;
      const doubt = hasDoubts ? (doubts[i] as number) * (doubts[j] as number) : 1;
      const value = doubt * (alike + (1 - groupShare) * near);
      const forward = i * taskCount + (taskOf[j] as number);
      toTask[forward] = (toTask[forward] as number) + value;
      if (i === j) continue;
      const backward = j * taskCount + (taskOf[i] as number);
      toTask[backward] = (toTask[backward] as number) + value;
    }
  }
  for (let at = 0; at < toTask.length; at++) {
    toTask[at] = (toTask[at] as number) / (counts[at % taskCount] as number);
  }
  return { ...programs, taskCount, toTask, between: meanByTask(toTask, programs, taskCount) };
}

function meanByTask(
  toTask: Float64Array,
  { taskOf, counts }: ThinnedPrograms,
  taskCount: number,
): Float64Array {
  const between = new Float64Array(taskCount * taskCount);
  taskOf.forEach((task, program) => {
    for (let other = 0; other < taskCount; other++) {
      const at = task * taskCount + other;
      const value = toTask[program * taskCount + other] as number;
      between[at] = (between[at] as number) + value / (counts[task] as number);
    }
  });
  return between;
}
