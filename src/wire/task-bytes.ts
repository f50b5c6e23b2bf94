import { invalidArgument, PredictorError } from '../errors';
import type { Task } from '../program';
import { loadTaskMessage } from './proto';
import { decodeTask, encodeTask } from './task-codec';

/** A task as bytes of `cdmpp.v1.Task`, for files; `decodeTaskBytes` gives it back equal. */
export function encodeTaskBytes(task: Task): Uint8Array {
  return loadTaskMessage().serialize(encodeTask(task));
}

/** INVALID_ARGUMENT, with `field` in front, for bytes that are no task. */
export function decodeTaskBytes(field: string, bytes: Uint8Array): Task {
  try {
    return decodeTask(loadTaskMessage().deserialize(Buffer.from(bytes)));
  } catch (thrown) {
    const error = PredictorError.from(thrown);
    throw invalidArgument(`${field} is no cdmpp.v1.Task: ${error.rawMessage}`, { cause: thrown });
  }
}
