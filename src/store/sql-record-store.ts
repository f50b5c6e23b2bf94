import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../base';
import { internalError } from '../errors';
import type { TaskRecord } from '../predictor';
import type { MeasuredRecord, Task } from '../program';
import { decodeRecord, encodeRecord } from './record-row';
import type { AppendResult, RecordStore } from './record-store';
import type { NewRecordRow, StoreSchema } from './schema';
import { assertStorable } from './storable-record';
import { storeClosed, storeError, unknownTask } from './store-error';
import { decodeTask, encodeTask } from './task-json';

/** Rows of one statement: SQLite allows 32,766 parameters, a record has 15. */
const ROWS_PER_STATEMENT = 500;

export interface SqlRecordStoreOptions {
  readonly db: Kysely<StoreSchema>;
  readonly clock: Clock;
  /** Names the store in errors; must hold no password. */
  readonly name: string;
  /** Called last by `dispose`, after the database is closed. */
  readonly onClosed: () => void;
}

/**
 * The record store over any database that kysely speaks to. How a commit
 * reaches the disk is for whoever opens the database: see
 * `openSqliteRecordStore`.
 */
export class SqlRecordStore implements RecordStore {
  readonly #options: SqlRecordStoreOptions;
  readonly #underWay = new Set<Promise<unknown>>();
  #open = true;

  constructor(options: SqlRecordStoreOptions) {
    this.#options = options;
  }

  putTask(task: Task): Promise<void> {
    return this.#run(async (db) => {
      await db
        .insertInto('tasks')
        .values({
          id: task.id,
          structure_hash: task.structureHash,
          workload_key: task.workloadKey,
          target: task.target,
          device_name: task.device.name,
          task_json: encodeTask(task),
          created_seconds: this.#options.clock.wallSeconds(),
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    });
  }

  getTask(taskId: string): Promise<Task | undefined> {
    return this.#run(async (db) => (await readTasks(db, [taskId])).get(taskId));
  }

  append(
    taskId: string,
    records: readonly MeasuredRecord[],
    tunerId: string,
  ): Promise<AppendResult> {
    return this.#run((db) =>
      db.transaction().execute(async (transaction) => {
        const task = await transaction
          .selectFrom('tasks')
          .select('id')
          .where('id', '=', taskId)
          .executeTakeFirst();
        if (task === undefined) throw unknownTask(taskId);
        records.forEach(assertStorable);
        const origin = {
          taskId,
          source: tunerId,
          storedSeconds: this.#options.clock.wallSeconds(),
        };
        return appendRows(
          transaction,
          records.map((record) => encodeRecord(record, origin)),
        );
      }),
    );
  }

  read(afterSequence: number, limit: number): Promise<readonly TaskRecord[]> {
    return this.#run(async (db) => {
      const rows = await db
        .selectFrom('records')
        .selectAll()
        .where('sequence', '>', afterSequence)
        .orderBy('sequence')
        .limit(limit)
        .execute();
      const tasks = await readTasks(db, [...new Set(rows.map((row) => row.task_id))]);
      return rows.map((row) => {
        const task = tasks.get(row.task_id);
        if (task === undefined) throw internalError(`record ${row.sequence} has no task`);
        return Object.freeze({ task, record: decodeRecord(row), sequence: row.sequence });
      });
    });
  }

  countRecords(): Promise<number> {
    return this.#run(countRows);
  }

  lastSequence(): Promise<number> {
    return this.#run(async (db) => {
      const newest = await db
        .selectFrom('records')
        .select((e) => e.fn.max('sequence').as('sequence'))
        .executeTakeFirst();
      return Number(newest?.sequence ?? 0);
    });
  }

  async dispose(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await Promise.allSettled(this.#underWay);
    await this.#options.db.destroy();
    this.#options.onClosed();
  }

  /** Every query passes here: refused once closed, foreign errors made ours. */
  async #run<T>(query: (db: Kysely<StoreSchema>) => Promise<T>): Promise<T> {
    if (!this.#open) throw storeClosed();
    const running = query(this.#options.db);
    this.#underWay.add(running);
    try {
      return await running;
    } catch (thrown) {
      throw storeError(this.#options.name, thrown);
    } finally {
      this.#underWay.delete(running);
    }
  }
}

async function countRows(db: Kysely<StoreSchema>): Promise<number> {
  const { count } = await db
    .selectFrom('records')
    .select((e) => e.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function readTasks(
  db: Kysely<StoreSchema>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Task>> {
  const tasks = new Map<string, Task>();
  for (const part of partsOf(ids)) {
    const rows = await db
      .selectFrom('tasks')
      .select(['id', 'task_json'])
      .where('id', 'in', part)
      .execute();
    for (const row of rows) tasks.set(row.id, decodeTask(row.task_json));
  }
  return tasks;
}

/** Inserts the rows whose keys are new; all of it in the caller's transaction. */
async function appendRows(
  db: Transaction<StoreSchema>,
  rows: readonly NewRecordRow[],
): Promise<AppendResult> {
  const sequences = new Map<string, number>();
  for (const part of partsOf(rows)) {
    const held = await db
      .selectFrom('records')
      .select(['idempotency_key', 'sequence'])
      .where(
        'idempotency_key',
        'in',
        part.map((row) => row.idempotency_key),
      )
      .execute();
    for (const row of held) sequences.set(row.idempotency_key, row.sequence);
  }
  const fresh = new Map<string, NewRecordRow>();
  for (const row of rows) {
    const key = row.idempotency_key;
    if (!sequences.has(key) && !fresh.has(key)) fresh.set(key, row);
  }
  for (const part of partsOf([...fresh.values()])) {
    const inserted = await db
      .insertInto('records')
      .values(part)
      .returning(['idempotency_key', 'sequence'])
      .execute();
    for (const row of inserted) sequences.set(row.idempotency_key, row.sequence);
  }
  return {
    accepted: fresh.size,
    duplicates: rows.length - fresh.size,
    lastSequence: [...sequences.values()].reduce((highest, next) => Math.max(highest, next), 0),
    totalRecords: await countRows(db),
  };
}

function partsOf<T>(items: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += ROWS_PER_STATEMENT) {
    parts.push(items.slice(start, start + ROWS_PER_STATEMENT));
  }
  return parts;
}
