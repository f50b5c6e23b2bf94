import { invalidArgument } from '../errors';
import { countRows } from './points';

/** What is known of a task before it is measured: where its programs lie, and how sure one is. */
export interface TaskPoints {
  /** [programs, width]: a sample of its programs will do; may be empty. */
  readonly points: Float32Array;
  /** The same for all tasks. */
  readonly width: number;
  /** Its kind of operator: tasks of one group err alike. Absent: a group of nobody. */
  readonly group?: string;
  /** Of each program: standard deviation of its predicted ln(latency), positive. Absent: all alike. */
  readonly deviations?: Float64Array;
  /** Programs that the points stand for; default: as many as there are points. */
  readonly programs?: number;
}

/** A task that was chosen, and why, for people. */
export interface ChosenTask {
  /** Index into the tasks given. */
  readonly task: number;
  readonly reason: string;
}

/** INVALID_ARGUMENT names the task, the field, its value and its bound. */
export function assertTaskPoints(tasks: readonly TaskPoints[]): void {
  const width = tasks[0]?.width;
  if (width === undefined) throw invalidArgument('tasks: none; there must be one to choose from');
  tasks.forEach((task, index) => {
    const field = `tasks[${index}]`;
    if (task.width !== width) {
      throw invalidArgument(`${field}.width: ${task.width}; it must be ${width}, as of tasks[0]`);
    }
    const count = countRows(`${field}.points`, task.points, width);
    const { deviations, programs = count } = task;
    if (!Number.isInteger(programs) || programs < count) {
      throw invalidArgument(
        `${field}.programs: ${programs}; it must be an integer of at least ${count}, its points`,
      );
    }
    if (deviations === undefined) return;
    if (deviations.length !== count) {
      throw invalidArgument(
        `${field}.deviations: ${deviations.length} numbers; there must be ${count}, one a point`,
      );
    }
    const wrong = deviations.findIndex((value) => !(value > 0 && Number.isFinite(value)));
    if (wrong >= 0) {
      throw invalidArgument(
        `${field}.deviations[${wrong}]: ${deviations[wrong]}; it must be positive and finite`,
      );
    }
  });
}
