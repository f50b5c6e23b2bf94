import { createRng, type Rng } from '../../src/base';
import type { TaskPoints } from '../../src/sampling';

const WIDTH = 6;
const PROGRAMS = 6;
/** Tasks of each family: as uneven as networks are. */
const FAMILY_SIZES = [48, 24, 12, 8, 5, 3];

export interface Mixture {
  readonly tasks: readonly TaskPoints[];
  /** Of each program of each task: how wrong a model is on the new device. */
  readonly shifts: readonly Float64Array[];
}

/**
 * 100 tasks of six families of uneven size, that lie around the centre of their family. The error
 * on the new device is a function of where a program lies, different in each family.
 */
export function familyMixture(seed: number): Mixture {
  const rng = createRng(seed);
  const tasks: TaskPoints[] = [];
  const shifts: Float64Array[] = [];
  FAMILY_SIZES.forEach((size, family) => {
    const centre = around(new Array<number>(WIDTH).fill(0), 4, rng);
    const slope = around(new Array<number>(WIDTH).fill(0), 0.5, rng);
    const offset = 2 * rng.nextNormal();
    for (let task = 0; task < size; task++) {
      const middle = around(centre, 1, rng);
      const programs = Array.from({ length: PROGRAMS }, () => around(middle, 0.4, rng));
      tasks.push({
        points: Float32Array.from(programs.flat()),
        width: WIDTH,
        group: `family-${family}`,
      });
      shifts.push(
        Float64Array.from(programs, (program) =>
          program.reduce(
            (sum, x, c) => sum + (slope[c] as number) * (x - (centre[c] as number)),
            offset,
          ),
        ),
      );
    }
  });
  return { tasks, shifts };
}

function around(middle: readonly number[], deviation: number, rng: Rng): number[] {
  return middle.map((x) => x + deviation * rng.nextNormal());
}

/** Mean over all programs of the distance to the nearest program of a chosen task. */
export function meanGap({ tasks }: Mixture, chosen: readonly number[]): number {
  return meanOverPrograms(tasks, (point) => nearestMeasured(tasks, chosen, point).distance);
}

/** Mean absolute error where each program is corrected by what its nearest measured one tells. */
export function errorAfter({ tasks, shifts }: Mixture, chosen: readonly number[]): number {
  return meanOverPrograms(tasks, (point, task, program) => {
    const nearest = nearestMeasured(tasks, chosen, point);
    const told = shifts[nearest.task]?.[nearest.program] as number;
    return Math.abs((shifts[task]?.[program] as number) - told);
  });
}

function meanOverPrograms(
  tasks: readonly TaskPoints[],
  of: (point: Float32Array, task: number, program: number) => number,
): number {
  let sum = 0;
  tasks.forEach((task, t) => {
    for (let p = 0; p < PROGRAMS; p++) sum += of(pointOf(task, p), t, p);
  });
  return sum / (tasks.length * PROGRAMS);
}

function nearestMeasured(
  tasks: readonly TaskPoints[],
  chosen: readonly number[],
  point: Float32Array,
): { readonly task: number; readonly program: number; readonly distance: number } {
  let nearest = { task: -1, program: -1, distance: Number.POSITIVE_INFINITY };
  for (const task of chosen) {
    for (let program = 0; program < PROGRAMS; program++) {
      const distance = distanceOf(point, pointOf(tasks[task] as TaskPoints, program));
      if (distance < nearest.distance) nearest = { task, program, distance };
    }
  }
  return nearest;
}

function distanceOf(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let c = 0; c < WIDTH; c++) sum += ((a[c] as number) - (b[c] as number)) ** 2;
  return Math.sqrt(sum);
}

function pointOf({ points }: TaskPoints, program: number): Float32Array {
  return points.subarray(program * WIDTH, (program + 1) * WIDTH);
}
