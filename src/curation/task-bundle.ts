import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { invalidArgument, PredictorError } from '../errors';
import type { Task } from '../program';
import { decodeTaskBytes } from '../wire';

/** A whole task under the name that its file gives it. */
export interface NamedTask {
  /** `resnet-18/conv2d-3`. */
  readonly name: string;
  readonly task: Task;
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * The tasks of a bundle (`*.tasks`): JSON lines `{"name": ..., "task": ...}`, the
 * task as base64 of a serialised `cdmpp.v1.Task`. INVALID_ARGUMENT names file and
 * line of what is no such task.
 */
export async function* readTaskBundle(path: string): AsyncGenerator<NamedTask> {
  let number = 0;
  try {
    const input = createReadStream(path);
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1;
      if (line.trim() !== '') yield parseNamedTask(line);
    }
  } catch (thrown) {
    const reason = thrown instanceof PredictorError ? thrown.rawMessage : (thrown as Error).message;
    const place = number === 0 ? path : `${path}:${number}`;
    throw invalidArgument(`task bundle ${place}: ${reason}`, { cause: thrown });
  }
}

function parseNamedTask(line: string): NamedTask {
  const entry: unknown = JSON.parse(line);
  if (typeof entry !== 'object' || entry === null) throw invalidArgument('no JSON object');
  const { name, task } = entry as Record<string, unknown>;
  if (typeof name !== 'string' || name === '') throw invalidArgument('name is no text');
  if (typeof task !== 'string' || !BASE64.test(task)) throw invalidArgument('task is no base64');
  return { name, task: decodeTaskBytes('task', Buffer.from(task, 'base64')) };
}
