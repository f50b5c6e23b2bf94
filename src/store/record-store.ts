import type { TaskRecord } from '../predictor';
import type { LogTask, MeasuredRecord, Task } from '../program';
import type { PruneResult, PruneRules, RecordFilter } from './record-filter';
import type { StoreStats, TaskSummary } from './store-stats';

export interface AppendResult {
  readonly accepted: number;
  readonly duplicates: number;
  /** Highest sequence among the given records, duplicates included; 0 for an empty append. */
  readonly lastSequence: number;
  /** Records in the store afterwards, of all tasks. */
  readonly totalRecords: number;
}

/** Records of one task in a batch of several tasks'. */
export interface AppendPart {
  /** A task's id, or what `putLogTask` gave. */
  readonly taskId: string;
  readonly records: readonly MeasuredRecord[];
}

/** A line of a file that is no record. */
export interface BrokenLine {
  readonly number: number;
  readonly reason: string;
}

/** How far the import of a file has come. */
export interface ImportMark {
  /** Of the file's content: a file is known under any name. */
  readonly fileHash: string;
  readonly linesDone: number;
  /** Broken lines among those. */
  readonly broken: number;
  /** The first of them. */
  readonly brokenLines: readonly BrokenLine[];
  readonly isComplete: boolean;
}

/** A record as it is kept. */
export interface StoredRecord {
  readonly sequence: number;
  readonly task: Task | LogTask;
  readonly record: MeasuredRecord;
  /** Who reported it: a tuner's id, or the name of a log. */
  readonly source: string;
  /** When it was stored, in seconds since 1970. */
  readonly storedSeconds: number;
  /** Equal for repeated measurements of one program: SHA-256, hex. */
  readonly programHash: string;
}

/**
 * Where tasks and measured records are kept for good.
 *
 * An append is all or nothing and resolves only when the records are on disk: a
 * process killed at any later moment finds them again. Sequences count up
 * without regard to tasks, become visible in their order, and are never used
 * twice.
 *
 * A task is whole, or known by its log alone (`LogTask`). Records of both are
 * kept; what learns reads those of whole tasks only.
 */
export interface RecordStore {
  /**
   * Idempotent: the device card and the networks of a known task are renewed; networks add up.
   * Records that were stored under the task's log task become its own: with new sequences, so
   * that who reads on meets them, and with the keys that its own measurements have; what is
   * held under such a key already is not kept twice.
   */
  putTask(task: Task): Promise<void>;
  /** Undefined for ids of log tasks too: those have no DAG to give. */
  getTask(taskId: string): Promise<Task | undefined>;
  /** Every whole task, with records or without, in no order to rely on. */
  listTasksWhole(): AsyncIterable<Task>;
  /**
   * Idempotent. Gives the id to append under: that of the whole task with the same workload key,
   * target, hardware parameters and device name, or the log task's own while there is none.
   */
  putLogTask(logTask: LogTask): Promise<string>;
  /**
   * NOT_FOUND where the task was never put; INVALID_ARGUMENT for a record that
   * could not be read back as it is. A record whose idempotency key is held, or
   * stands earlier in the same call, counts as a duplicate; where it brings a
   * loop nest or lowered features that the held one lacks, they are filled in; a record of a whole
   * task gets a new sequence with them, so that who reads on sees it again.
   */
  append(taskId: string, records: readonly MeasuredRecord[], source: string): Promise<AppendResult>;
  /**
   * Several tasks' records and how far their import has come, all or nothing. Errors as `append`.
   * The id of a log task stands for the whole task that has taken its records meanwhile.
   */
  appendBatch(
    parts: readonly AppendPart[],
    source: string,
    mark?: ImportMark,
  ): Promise<AppendResult>;
  /** What the last `appendBatch` of this file left; undefined where there was none. */
  importMark(fileHash: string): Promise<ImportMark | undefined>;
  /**
   * Records of whole tasks with a sequence above `afterSequence`, oldest first, at most `limit`:
   * what there is to learn.
   */
  read(afterSequence: number, limit: number): Promise<readonly TaskRecord[]>;
  /** As `read`, of all tasks, log tasks included, as far as the filter means them. */
  readRecords(
    filter: RecordFilter,
    afterSequence: number,
    limit: number,
  ): Promise<readonly StoredRecord[]>;
  /** The tasks that have records which the filter means, by device, workload key and id. */
  listTasks(filter: RecordFilter): Promise<readonly TaskSummary[]>;
  stats(filter: RecordFilter): Promise<StoreStats>;
  /**
   * Takes records away for good, or counts what it would take where `dryRun`.
   * INVALID_ARGUMENT where neither a filter nor a rule is given: that would be all of them.
   */
  prune(rules: PruneRules, dryRun: boolean): Promise<PruneResult>;
  /** Of all tasks, log tasks included. */
  countRecords(): Promise<number>;
  /** The sequence of the newest record that `read` gives; 0 while there is none. */
  lastSequence(): Promise<number>;
  /** The same of each whole task that has records, by its id. */
  lastSequences(): Promise<ReadonlyMap<string, number>>;
  /** Waits for what is under way and releases the files. Calls that come later are UNAVAILABLE. */
  dispose(): Promise<void>;
}
