import type { LogTask, Task } from '../program';

/** What is stored under one task; of the records that a filter means. */
export interface TaskSummary {
  readonly task: Task | LogTask;
  readonly records: number;
  /** Those with a latency. */
  readonly validRecords: number;
  /** Programs measured, each counted once. */
  readonly programs: number;
  /** Further measurements of programs that were measured before: records less programs. */
  readonly repetitions: number;
  /** In seconds; undefined where nothing valid was measured. */
  readonly bestLatencySeconds: number | undefined;
}

/** Counts over many tasks; of the records that a filter means. */
export interface RecordCounts {
  /** Tasks with such records, those included that are known by their log alone. */
  readonly tasks: number;
  /** Tasks among them that are known by their log alone. */
  readonly logTasks: number;
  readonly records: number;
  readonly validRecords: number;
  /** Programs of a task on a device, each counted once. */
  readonly programs: number;
  readonly repetitions: number;
  /**
   * Median, over the programs with two valid measurements or more, of the mean of |a - b| between
   * one measurement and the next, over the mean latency. Undefined where there are none.
   */
  readonly repeatability: number | undefined;
}

/** Counts of one device, network or source. */
export interface NamedCounts extends RecordCounts {
  readonly name: string;
}

/** Lists are sorted by name. */
export interface StoreStats {
  readonly total: RecordCounts;
  readonly devices: readonly NamedCounts[];
  /** A task that occurs in several networks counts in each; one of no network counts in none. */
  readonly networks: readonly NamedCounts[];
  readonly sources: readonly NamedCounts[];
}
