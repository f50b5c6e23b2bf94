import type { TaskRecord } from '../predictor';
import { isLogTask, measurementKey } from '../program';
import type { RecordFilter } from './record-filter';
import { decodeRecord, encodeRecord } from './record-row';
import type {
  AppendPart,
  AppendResult,
  BrokenLine,
  ImportMark,
  StoredRecord,
} from './record-store';
import type { NewRecordRow, StoreDb } from './schema';
import { appendRows } from './sql-append';
import { meantBy } from './sql-filter';
import { readTasks, requireTaskId, taskOf } from './sql-tasks';
import { assertSource, assertStorable } from './storable-record';

/** In a transaction that writes. */
export async function appendParts(
  db: StoreDb,
  parts: readonly AppendPart[],
  source: string,
  wallSeconds: number,
): Promise<AppendResult> {
  assertSource(source);
  const rows: NewRecordRow[] = [];
  for (const { taskId, records } of parts) {
    const known = await requireTaskId(db, taskId);
    const origin = {
      taskId: known.id,
      hasWholeTask: known.isWhole,
      source,
      storedSeconds: wallSeconds,
    };
    records.forEach((record, index) => {
      assertStorable(record, index);
      const { idempotencyKey, recordLine } = record;
      // The log task was taken over since the key was made.
      const isOutdated =
        known.id !== taskId && idempotencyKey === measurementKey(taskId, recordLine);
      const key = isOutdated ? measurementKey(known.id, recordLine) : idempotencyKey;
      rows.push(encodeRecord({ ...record, idempotencyKey: key }, origin));
    });
  }
  return appendRows(db, rows);
}

/** Of whole tasks, with a sequence above `afterSequence`, oldest first. */
export async function readToLearn(
  db: StoreDb,
  afterSequence: number,
  limit: number,
): Promise<readonly TaskRecord[]> {
  const rows = await db
    .selectFrom('records')
    .selectAll()
    .where('has_whole_task', '=', 1)
    .where('sequence', '>', afterSequence)
    .orderBy('sequence')
    .limit(limit)
    .execute();
  const tasks = await readTasks(
    db,
    rows.map((row) => row.task_id),
  );
  return rows.flatMap((row) => {
    const task = taskOf(tasks, row.task_id);
    // Whole by `has_whole_task`; the type does not know.
    return isLogTask(task)
      ? []
      : Object.freeze({ task, record: decodeRecord(row), sequence: row.sequence });
  });
}

/** Of all tasks, as far as the filter means them, with a sequence above `afterSequence`. */
export async function readMeant(
  db: StoreDb,
  filter: RecordFilter,
  afterSequence: number,
  limit: number,
): Promise<readonly StoredRecord[]> {
  const rows = await db
    .selectFrom('records')
    .innerJoin('tasks', 'tasks.id', 'records.task_id')
    .selectAll('records')
    .where(meantBy(filter))
    .where('records.sequence', '>', afterSequence)
    .orderBy('records.sequence')
    .limit(limit)
    .execute();
  const tasks = await readTasks(
    db,
    rows.map((row) => row.task_id),
  );
  return rows.map((row) =>
    Object.freeze({
      sequence: row.sequence,
      task: taskOf(tasks, row.task_id),
      record: decodeRecord(row),
      source: row.source,
      storedSeconds: row.stored_seconds,
      programHash: row.program_hash,
    }),
  );
}

/** The highest that `readToLearn` gives; 0 where there is none. */
export async function readLastSequence(db: StoreDb): Promise<number> {
  const newest = await db
    .selectFrom('records')
    .select('sequence')
    .where('has_whole_task', '=', 1)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  return newest?.sequence ?? 0;
}

/** The same of each whole task, by its id. */
export async function readLastSequences(db: StoreDb): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('records')
    .select((each) => ['task_id', each.fn.max('sequence').as('sequence')])
    .where('has_whole_task', '=', 1)
    .groupBy('task_id')
    .execute();
  // Drivers differ in what they give back for an aggregate.
  return new Map(rows.map(({ task_id, sequence }) => [task_id, Number(sequence)]));
}

/** In a transaction that writes. */
export async function writeImportMark(
  db: StoreDb,
  { fileHash, linesDone, broken, brokenLines, isComplete }: ImportMark,
  wallSeconds: number,
): Promise<void> {
  const progress = {
    lines_done: linesDone,
    broken,
    broken_lines: encodeBrokenLines(brokenLines),
    is_complete: isComplete ? 1 : 0,
    updated_seconds: wallSeconds,
  };
  await db
    .insertInto('imports')
    .values({ file_hash: fileHash, ...progress })
    .onConflict((conflict) => conflict.column('file_hash').doUpdateSet(progress))
    .execute();
}

export async function readImportMark(
  db: StoreDb,
  fileHash: string,
): Promise<ImportMark | undefined> {
  const row = await db
    .selectFrom('imports')
    .selectAll()
    .where('file_hash', '=', fileHash)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return Object.freeze({
    fileHash,
    linesDone: row.lines_done,
    broken: row.broken,
    brokenLines: decodeBrokenLines(row.broken_lines),
    isComplete: row.is_complete === 1,
  });
}

function encodeBrokenLines(lines: readonly BrokenLine[]): string {
  return JSON.stringify(lines.map(({ number, reason }) => ({ number, reason })));
}

function decodeBrokenLines(text: string): readonly BrokenLine[] {
  return Object.freeze(JSON.parse(text) as BrokenLine[]);
}
