import { invalidArgument } from '../errors';
import type { Task } from '../program';
import type { TaskInput, Task as TaskMessage } from './gen/cdmpp/v1/Task';
import { assertTextBytes, MAX_NAME_BYTES } from './limits';
import { decodeTask, encodeTask } from './task-codec';

/** A task by the id that RegisterTask gave it, or the task itself. */
export type TaskRef = string | Task;

interface TaskRefMessage {
  readonly taskId: string;
  readonly task: TaskMessage | null;
}

/** INVALID_ARGUMENT unless exactly one of the two is set. */
export function decodeTaskRef(message: TaskRefMessage): TaskRef {
  const { taskId, task } = message;
  if (taskId === '' && task === null) {
    throw invalidArgument('task_id and task are both absent; one of them is required');
  }
  if (task === null) {
    assertTextBytes('task_id', taskId, MAX_NAME_BYTES);
    return taskId;
  }
  if (taskId !== '') {
    throw invalidArgument('task_id and task are both set; only one of them is allowed');
  }
  return decodeTask(task);
}

export function encodeTaskRef(ref: TaskRef): { taskId?: string; task?: TaskInput } {
  return typeof ref === 'string' ? { taskId: ref } : { task: encodeTask(ref) };
}
