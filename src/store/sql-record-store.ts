import type { Clock } from '../base';
import type { TaskRecord } from '../predictor';
import type { LogTask, MeasuredRecord, Task } from '../program';
import type { PruneResult, PruneRules, RecordFilter } from './record-filter';
import type {
  AppendPart,
  AppendResult,
  ImportMark,
  RecordStore,
  StoredRecord,
} from './record-store';
import type { StoreDb } from './schema';
import { readTotal } from './sql-append';
import { assertPrunes, countDoomed, pruneRecords } from './sql-prune';
import {
  appendParts,
  readImportMark,
  readLastSequence,
  readLastSequences,
  readMeant,
  readToLearn,
  writeImportMark,
} from './sql-records';
import { readStats, readTaskSummaries } from './sql-statistics';
import {
  changedTask,
  findTaskId,
  readWholeTask,
  readWholeTasks,
  writeLogTask,
  writeTask,
} from './sql-tasks';
import type { SqlTraits } from './sql-traits';
import { storeClosed, storeError } from './store-error';
import type { StoreStats, TaskSummary } from './store-stats';

export interface SqlRecordStoreOptions {
  readonly db: StoreDb;
  readonly traits: SqlTraits;
  readonly clock: Clock;
  /** Names the store in errors; must hold no password. */
  readonly name: string;
  /** Awaited before the first query. Default: nothing to do. */
  readonly prepared?: Promise<void>;
  /** Called last by `dispose`, after the database is closed. */
  readonly onClosed?: () => void;
}

/**
 * The record store over any database that kysely speaks to. How a commit
 * reaches the disk is for whoever opens the database: see
 * `openSqliteRecordStore` and `openPostgresRecordStore`.
 */
export class SqlRecordStore implements RecordStore {
  readonly #options: SqlRecordStoreOptions;
  readonly #underWay = new Set<Promise<unknown>>();
  /** The last transaction that writes; the next one waits for it, and holds no connection yet. */
  #writing: Promise<unknown> = Promise.resolve();
  #open = true;

  constructor(options: SqlRecordStoreOptions) {
    this.#options = options;
    // Whoever asks something is told.
    options.prepared?.catch(() => {});
  }

  async putTask(task: Task): Promise<void> {
    // Tuners put their task with every report; hardly ever is there anything to write.
    if ((await this.#read((db) => changedTask(db, task))) === undefined) return;
    await this.#write((db) => writeTask(db, task, this.#wallSeconds()));
  }

  getTask(taskId: string): Promise<Task | undefined> {
    return this.#read((db) => readWholeTask(db, taskId));
  }

  async *listTasksWhole(): AsyncGenerator<Task, void, undefined> {
    for (let afterId = ''; ; ) {
      const page = await this.#read((db) => readWholeTasks(db, afterId));
      const last = page.at(-1);
      if (last === undefined) return;
      yield* page;
      afterId = last.id;
    }
  }

  async putLogTask(logTask: LogTask): Promise<string> {
    const known = await this.#read((db) => findTaskId(db, logTask.id));
    if (known !== undefined) return known.id;
    return this.#write((db) => writeLogTask(db, logTask, this.#wallSeconds()));
  }

  append(
    taskId: string,
    records: readonly MeasuredRecord[],
    source: string,
  ): Promise<AppendResult> {
    return this.appendBatch([{ taskId, records }], source);
  }

  appendBatch(
    parts: readonly AppendPart[],
    source: string,
    mark?: ImportMark,
  ): Promise<AppendResult> {
    return this.#write(async (db) => {
      const result = await appendParts(db, parts, source, this.#wallSeconds());
      if (mark !== undefined) await writeImportMark(db, mark, this.#wallSeconds());
      return result;
    });
  }

  importMark(fileHash: string): Promise<ImportMark | undefined> {
    return this.#read((db) => readImportMark(db, fileHash));
  }

  read(afterSequence: number, limit: number): Promise<readonly TaskRecord[]> {
    return this.#read((db) => readToLearn(db, afterSequence, limit));
  }

  readRecords(
    filter: RecordFilter,
    afterSequence: number,
    limit: number,
  ): Promise<readonly StoredRecord[]> {
    return this.#readWhole((db) => readMeant(db, filter, afterSequence, limit));
  }

  listTasks(filter: RecordFilter): Promise<readonly TaskSummary[]> {
    return this.#readWhole((db) => readTaskSummaries(db, filter));
  }

  stats(filter: RecordFilter): Promise<StoreStats> {
    return this.#readWhole((db) => readStats(db, filter));
  }

  async prune(rules: PruneRules, dryRun: boolean): Promise<PruneResult> {
    assertPrunes(rules);
    if (dryRun) return this.#read((db) => countDoomed(db, rules));
    return this.#write((db) => pruneRecords(db, rules));
  }

  countRecords(): Promise<number> {
    return this.#read(readTotal);
  }

  lastSequence(): Promise<number> {
    return this.#read(readLastSequence);
  }

  lastSequences(): Promise<ReadonlyMap<string, number>> {
    return this.#read(readLastSequences);
  }

  async dispose(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await Promise.allSettled([this.#options.prepared, ...this.#underWay]);
    await this.#options.db.destroy();
    this.#options.onClosed?.();
  }

  #wallSeconds(): number {
    return this.#options.clock.wallSeconds();
  }

  /** One transaction that writes: all of it or nothing, one after the other. */
  #write<T>(change: (db: StoreDb) => Promise<T>): Promise<T> {
    const { traits } = this.#options;
    return this.#run((db) => {
      const written = this.#writing.then(() =>
        db
          .transaction()
          .setIsolationLevel('read committed')
          .execute(async (transaction) => {
            await traits.beginWriting(transaction);
            return change(transaction);
          }),
      );
      this.#writing = written.catch(() => {});
      return written;
    });
  }

  /** Several queries that see the same records and tasks. */
  #readWhole<T>(query: (db: StoreDb) => Promise<T>): Promise<T> {
    return this.#run((db) =>
      db
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute(query),
    );
  }

  /** One query. */
  #read<T>(query: (db: StoreDb) => Promise<T>): Promise<T> {
    return this.#run(query);
  }

  /** Every query passes here: refused once closed, foreign errors made ours. */
  async #run<T>(query: (db: StoreDb) => Promise<T>): Promise<T> {
    if (!this.#open) throw storeClosed();
    const { prepared, db, name } = this.#options;
    const running = prepared === undefined ? query(db) : prepared.then(() => query(db));
    this.#underWay.add(running);
    try {
      return await running;
    } catch (thrown) {
      throw storeError(name, thrown);
    } finally {
      this.#underWay.delete(running);
    }
  }
}
