import { type Rng, shuffle } from '../base';
import { invalidArgument } from '../errors';
import { sampleByFacilityLocation } from './facility-sampler';
import { sampleByHerding } from './herding-sampler';
import { sampleByKMeans } from './k-means-sampler';
import type { TaskKernelOptions } from './task-kernel';
import { assertTaskPoints, type ChosenTask, type TaskPoints } from './task-points';
import { sampleByVariance } from './variance-sampler';

/** Every way to choose tasks; the README of this room says when each is right. */
export const taskSamplers = Object.freeze([
  'random',
  'kmeans',
  'herding',
  'facility',
  'variance',
] as const);

export type TaskSamplerKind = (typeof taskSamplers)[number];

type TaskSampler = (
  tasks: readonly TaskPoints[],
  count: number,
  rng: Rng,
  kernelOptions?: TaskKernelOptions,
) => readonly ChosenTask[];

const samplers: Readonly<Record<Exclude<TaskSamplerKind, 'random'>, TaskSampler>> = Object.freeze({
  kmeans: sampleByKMeans,
  herding: sampleByHerding,
  facility: sampleByFacilityLocation,
  variance: sampleByVariance,
});

/**
 * Different tasks, `budget` of them or all where there are fewer, in the order of choice: the first
 * n are nearly what a budget of n would give (exactly that for herding, facility and variance). No
 * label of the device to be measured is looked at. The same tasks and random numbers give the same
 * choice. A task without points is taken last, but by `random`.
 *
 * INVALID_ARGUMENT for a budget below 1, no tasks, or points that are not finite.
 */
export function selectTasks(
  kind: TaskSamplerKind,
  tasks: readonly TaskPoints[],
  budget: number,
  rng: Rng,
  kernelOptions?: TaskKernelOptions,
): readonly ChosenTask[] {
  if (!Number.isInteger(budget) || budget < 1) {
    throw invalidArgument(`budget: ${budget}; it must be an integer of at least 1, in tasks`);
  }
  assertTaskPoints(tasks);
  const all = tasks.map((_, task) => task);
  if (kind === 'random') {
    const drawn = shuffle(all, rng).slice(0, budget);
    return drawn.map((task) => ({ task, reason: 'drawn at random' }));
  }
  const pointed = all.filter((task) => (tasks[task] as TaskPoints).points.length > 0);
  const count = Math.min(budget, pointed.length);
  const chosen =
    count === 0
      ? []
      : samplers[kind](
          pointed.map((task) => tasks[task] as TaskPoints),
          count,
          rng,
          kernelOptions,
        ).map(({ task, reason }) => ({ task: pointed[task] as number, reason }));
  const pointless = all.filter((task) => (tasks[task] as TaskPoints).points.length === 0);
  return [
    ...chosen,
    ...pointless
      .slice(0, Math.max(0, budget - count))
      .map((task) => ({ task, reason: 'taken last: no program of it can be compared' })),
  ];
}

/** The indices alone. */
export function chooseTasks(
  kind: TaskSamplerKind,
  tasks: readonly TaskPoints[],
  budget: number,
  rng: Rng,
  kernelOptions?: TaskKernelOptions,
): readonly number[] {
  return selectTasks(kind, tasks, budget, rng, kernelOptions).map(({ task }) => task);
}
