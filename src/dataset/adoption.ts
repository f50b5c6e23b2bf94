/**
 * A dataset may hold measurements of a task that was known by its log alone when they were written,
 * and is known whole by now: they are the whole task's, as they are in a store.
 */
import {
  isLogTask,
  type LogTask,
  logTaskIdOf,
  type MeasuredRecord,
  measurementKey,
  type Task,
} from '../program';
import type { DatasetRecord } from './measurement-rows';

/** Whole tasks by the ids that their logs give them; of two of one name the first. */
export function adoptersOf(tasks: Iterable<Task | LogTask>): ReadonlyMap<string, Task> {
  const adopters = new Map<string, Task>();
  for (const task of tasks) {
    if (isLogTask(task)) continue;
    const logTaskId = logTaskIdOf(task);
    if (!adopters.has(logTaskId)) adopters.set(logTaskId, task);
  }
  return adopters;
}

/** The record as one of the whole task's, where there is one. */
export function adopted(entry: DatasetRecord, adopters: ReadonlyMap<string, Task>): DatasetRecord {
  const whole = isLogTask(entry.task) ? adopters.get(entry.task.id) : undefined;
  if (whole === undefined) return entry;
  return { ...entry, task: whole, record: keyedFor(entry.task.id, whole.id, entry.record) };
}

/** A key that followed from the task's id follows the id. */
export function keyedFor(fromId: string, toId: string, record: MeasuredRecord): MeasuredRecord {
  if (fromId === toId) return record;
  if (record.idempotencyKey !== measurementKey(fromId, record.recordLine)) return record;
  return { ...record, idempotencyKey: measurementKey(toId, record.recordLine) };
}

/** The key by which a measurement is known before and after its task has become whole. */
export function lastingKey({ task, record }: DatasetRecord): string {
  const logTaskId = isLogTask(task) ? task.id : logTaskIdOf(task);
  return keyedFor(task.id, logTaskId, record).idempotencyKey;
}
