import { type Rng, shuffle } from '../base';
import { takeRows } from './points';
import type { TaskPoints } from './task-points';

/** Programs of some tasks, one after the other, each standing for as many. */
export interface ThinnedPrograms {
  /** [programs, width] */
  readonly points: Float32Array;
  readonly width: number;
  readonly taskOf: Int32Array;
  /** Of each task: its programs here. */
  readonly counts: Int32Array;
  /** Of each program: number of the group of its task; a number of its own where it has none. */
  readonly groupOf: Int32Array;
  /** Share of all programs that each stands for; they sum to 1. */
  readonly weights: Float64Array;
  /** How unsure its prediction is, to the mean over all: 1 is like the mean, kept in `DOUBT_RANGE`. */
  readonly doubts: Float64Array;
}

/** No program counts for more or less than this: uncertainties are guesses. */
const DOUBT_RANGE: readonly [number, number] = [1 / 3, 3];
/** Programs of a task that tell where it lies, however many tasks there are. */
const FEWEST_PROGRAMS = 4;

/**
 * At most some `mostPrograms`, from each task equally many (at least 4), drawn at random where it
 * has more. Each task keeps its weight.
 *
 * @param tasks each with at least one point
 */
export function thinTasks(
  tasks: readonly TaskPoints[],
  mostPrograms: number,
  rng: Rng,
): ThinnedPrograms {
  const width = tasks[0]?.width ?? 0;
  const most = Math.max(FEWEST_PROGRAMS, Math.floor(mostPrograms / tasks.length));
  const rows = tasks.map(({ points }) => drawRows(points.length / width, most, rng));
  const taskOf = Int32Array.from(rows.flatMap((of, task) => of.map(() => task)));
  const points = new Float32Array(taskOf.length * width);
  let at = 0;
  tasks.forEach((task, t) => {
    const taken = takeRows(task.points, width, rows[t] as readonly number[]);
    points.set(taken, at);
    at += taken.length;
  });
  const weights = normalised(
    tasks.flatMap(({ points: all, programs = all.length / width }, t) => {
      const { length } = rows[t] as readonly number[];
      return new Array<number>(length).fill(programs / length);
    }),
  );
  const deviations = tasks.flatMap((task, t) =>
    (rows[t] as readonly number[]).map((row) => task.deviations?.[row]),
  );
  return {
    points,
    width,
    taskOf,
    counts: Int32Array.from(rows, ({ length }) => length),
    groupOf: numberGroups(tasks, taskOf),
    weights,
    doubts: doubtsOf(deviations, weights),
  };
}

function drawRows(count: number, most: number, rng: Rng): readonly number[] {
  const all = Array.from({ length: count }, (_, row) => row);
  return count <= most ? all : shuffle(all, rng).slice(0, most);
}

function normalised(weights: readonly number[]): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Float64Array.from(weights, (weight) => weight / total);
}

function numberGroups(tasks: readonly TaskPoints[], taskOf: Int32Array): Int32Array {
  const numbers = new Map<string, number>();
  const ofTask = tasks.map(({ group }, task) => {
    if (group === undefined) return tasks.length + task;
    const number = numbers.get(group) ?? numbers.size;
    numbers.set(group, number);
    return number;
  });
  return taskOf.map((task) => ofTask[task] as number);
}

/** Where nothing is known of a program it is as uncertain as the mean. */
function doubtsOf(
  deviations: readonly (number | undefined)[],
  weights: Float64Array,
): Float64Array {
  let sum = 0;
  let known = 0;
  deviations.forEach((deviation, i) => {
    if (deviation === undefined) return;
    sum += deviation * (weights[i] as number);
    known += weights[i] as number;
  });
  const [least, most] = DOUBT_RANGE;
  return Float64Array.from(deviations, (deviation) =>
    deviation === undefined ? 1 : Math.min(most, Math.max(least, (deviation * known) / sum)),
  );
}
