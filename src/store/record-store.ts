import type { TaskRecord } from '../predictor';
import type { MeasuredRecord, Task } from '../program';

export interface AppendResult {
  readonly accepted: number;
  readonly duplicates: number;
  /** Highest sequence among the given records, duplicates included; 0 for an empty append. */
  readonly lastSequence: number;
  /** Records in the store afterwards, of all tasks. */
  readonly totalRecords: number;
}

/**
 * Where tasks and measured records are kept for good.
 *
 * `append` is all or nothing and resolves only when the records are on disk: a
 * process killed at any later moment finds them again. Sequences count up from
 * 1 without regard to tasks and are never used twice.
 */
export interface RecordStore {
  /** Idempotent. */
  putTask(task: Task): Promise<void>;
  getTask(taskId: string): Promise<Task | undefined>;
  /**
   * NOT_FOUND where the task was never put; INVALID_ARGUMENT for a record that
   * could not be read back as it is. A record whose idempotency key is held, or
   * stands earlier in the same call, counts as a duplicate and changes nothing.
   */
  append(
    taskId: string,
    records: readonly MeasuredRecord[],
    tunerId: string,
  ): Promise<AppendResult>;
  /** Records with a sequence above `afterSequence`, oldest first, at most `limit`. */
  read(afterSequence: number, limit: number): Promise<readonly TaskRecord[]>;
  countRecords(): Promise<number>;
  /** The sequence of the newest record; 0 while there is none. */
  lastSequence(): Promise<number>;
  /** Waits for what is under way and releases the files. Calls that come later are UNAVAILABLE. */
  dispose(): Promise<void>;
}
