import type { Task } from '../../src/program';
import { encodeTaskBytes } from '../../src/wire';

/** A line of a task bundle, as Python writes it. */
export function bundleLine(name: string, task: Task): string {
  return JSON.stringify({ name, task: Buffer.from(encodeTaskBytes(task)).toString('base64') });
}

/** The task part of a log line of this task: what `logLine` takes. */
export function linePartsOf(task: Task) {
  const params = Object.values(task.hardwareParams);
  return {
    workloadKey: task.workloadKey,
    target: task.target,
    hardwareParams: `[${params.join(', ')}]`,
  };
}
