import { internalError } from '../errors';
import { type LogTask, logTaskIdOf, type NetworkUse, type Task } from '../program';
import { adoptedRow } from './record-row';
import type { StoreDb } from './schema';
import { appendRows, changeTotal } from './sql-append';
import { partsOf, ROWS_PER_STATEMENT } from './sql-parts';
import { unknownTask } from './store-error';
import { decodeLogTask, decodeTask, encodeTask } from './task-json';

/** Whole tasks in memory at a time; one may have hundreds of kilobytes of text. */
const TASKS_PER_PAGE = 64;

/** What is kept of a task that is put, or undefined where that changes nothing. */
export async function changedTask(db: StoreDb, task: Task): Promise<string | undefined> {
  const held = await db
    .selectFrom('tasks')
    .leftJoin('task_aliases', (join) => join.on('task_aliases.log_task_id', '=', logTaskIdOf(task)))
    .select(['tasks.task_json', 'task_aliases.task_id as alias'])
    .where('tasks.id', '=', task.id)
    .executeTakeFirst();
  if (held === undefined) return encodeTask(task);
  const renewed = encodeTask(renewedTask(decodeTask(held.task_json), task));
  return renewed === held.task_json && held.alias !== null ? undefined : renewed;
}

/** In a transaction that writes. Takes over what the log of this task has brought. */
export async function writeTask(db: StoreDb, task: Task, wallSeconds: number): Promise<void> {
  const taskJson = await changedTask(db, task);
  if (taskJson === undefined) return;
  await db
    .insertInto('tasks')
    .values({
      id: task.id,
      kind: 'task',
      structure_hash: task.structureHash,
      workload_key: task.workloadKey,
      target: task.target,
      device_name: task.device.name,
      task_json: taskJson,
      created_seconds: wallSeconds,
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ task_json: taskJson }))
    .execute();
  for (const { name, occurrences } of task.networks) {
    await db
      .insertInto('task_networks')
      .values({ task_id: task.id, network: name, occurrences })
      .onConflict((conflict) =>
        conflict.columns(['task_id', 'network']).doUpdateSet({ occurrences }),
      )
      .execute();
  }
  await adopt(db, task);
}

/** In a transaction that writes. Gives the id to append under. */
export async function writeLogTask(
  db: StoreDb,
  logTask: LogTask,
  wallSeconds: number,
): Promise<string> {
  const known = await findTaskId(db, logTask.id);
  if (known !== undefined) return known.id;
  await db
    .insertInto('tasks')
    .values({
      id: logTask.id,
      kind: 'log-task',
      structure_hash: '',
      workload_key: logTask.workloadKey,
      target: logTask.target,
      device_name: logTask.deviceName,
      task_json: encodeTask(logTask),
      created_seconds: wallSeconds,
    })
    .execute();
  return logTask.id;
}

export interface KnownTaskId {
  readonly id: string;
  readonly isWhole: boolean;
}

/** The task of this id, or the whole task that has taken the log task of this id over. */
export async function findTaskId(db: StoreDb, taskId: string): Promise<KnownTaskId | undefined> {
  const row = await db
    .selectFrom('tasks')
    .select('kind')
    .where('id', '=', taskId)
    .executeTakeFirst();
  if (row !== undefined) return { id: taskId, isWhole: row.kind === 'task' };
  const alias = await db
    .selectFrom('task_aliases')
    .select('task_id')
    .where('log_task_id', '=', taskId)
    .executeTakeFirst();
  return alias === undefined ? undefined : { id: alias.task_id, isWhole: true };
}

/** As `findTaskId`; NOT_FOUND where there is neither. */
export async function requireTaskId(db: StoreDb, taskId: string): Promise<KnownTaskId> {
  const known = await findTaskId(db, taskId);
  if (known === undefined) throw unknownTask(taskId);
  return known;
}

/** By id; ids that are not known have no entry. */
export async function readTasks(
  db: StoreDb,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Task | LogTask>> {
  const tasks = new Map<string, Task | LogTask>();
  for (const part of partsOf([...new Set(ids)])) {
    const rows = await db
      .selectFrom('tasks')
      .select(['id', 'kind', 'task_json'])
      .where('id', 'in', part)
      .execute();
    for (const { id, kind, task_json } of rows) {
      tasks.set(id, kind === 'task' ? decodeTask(task_json) : decodeLogTask(task_json));
    }
  }
  return tasks;
}

/** The task that a row names: there by the foreign key. */
export function taskOf<T>(tasks: ReadonlyMap<string, T>, id: string): T {
  const task = tasks.get(id);
  if (task === undefined) throw internalError(`records of task "${id}" have no task`);
  return task;
}

export async function readWholeTask(db: StoreDb, id: string): Promise<Task | undefined> {
  const row = await db
    .selectFrom('tasks')
    .select('task_json')
    .where('id', '=', id)
    .where('kind', '=', 'task')
    .executeTakeFirst();
  return row && decodeTask(row.task_json);
}

/** The whole tasks after this id, by id; empty where there are no more. */
export async function readWholeTasks(db: StoreDb, afterId: string): Promise<readonly Task[]> {
  const rows = await db
    .selectFrom('tasks')
    .select('task_json')
    .where('id', '>', afterId)
    .where('kind', '=', 'task')
    .orderBy('id')
    .limit(TASKS_PER_PAGE)
    .execute();
  return rows.map((row) => decodeTask(row.task_json));
}

/** What is kept of a task that is put again: its name, as the records know it by, and all networks. */
function renewedTask(held: Task, given: Task): Task {
  const networks = new Map<string, NetworkUse>();
  for (const use of [...held.networks, ...given.networks]) networks.set(use.name, use);
  return {
    ...given,
    workloadKey: held.workloadKey,
    networks: [...networks.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** Page by page: a log may have brought hundreds of thousands of records. */
async function adopt(db: StoreDb, task: Task): Promise<void> {
  const logTaskId = logTaskIdOf(task);
  await db
    .insertInto('task_aliases')
    .values({ log_task_id: logTaskId, task_id: task.id })
    .onConflict((conflict) => conflict.column('log_task_id').doNothing())
    .execute();
  for (;;) {
    const page = await db
      .selectFrom('records')
      .selectAll()
      .where('task_id', '=', logTaskId)
      .orderBy('sequence')
      .limit(ROWS_PER_STATEMENT)
      .execute();
    if (page.length === 0) break;
    // First, so that a key which stays the same is free again.
    const sequences = page.map((row) => row.sequence);
    await db.deleteFrom('records').where('sequence', 'in', sequences).execute();
    await changeTotal(db, -page.length);
    await appendRows(
      db,
      page.map((row) => adoptedRow(row, task.id)),
    );
  }
  await db.deleteFrom('tasks').where('id', '=', logTaskId).execute();
}
