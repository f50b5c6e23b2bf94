import type { ColumnType, Generated, Insertable, Kysely, Selectable } from 'kysely';

/** Tables of the record store. Times are seconds; texts are UTF-8. */
export interface StoreSchema {
  readonly tasks: TaskTable;
  readonly task_aliases: TaskAliasTable;
  readonly task_networks: TaskNetworkTable;
  readonly records: RecordTable;
  readonly imports: ImportTable;
  readonly totals: TotalsTable;
}

/** The database, or a transaction on it. */
export type StoreDb = Kysely<StoreSchema>;

export interface TaskTable {
  /** `Task.id`, or `LogTask.id`. */
  readonly id: string;
  readonly kind: ColumnType<'task' | 'log-task', 'task' | 'log-task', never>;
  /** Empty for a log task. */
  readonly structure_hash: string;
  readonly workload_key: string;
  readonly target: string;
  readonly device_name: string;
  /** The whole task as JSON; the columns above are copies to search by. */
  readonly task_json: string;
  readonly created_seconds: number;
}

/** Which whole task the measurements of a log belong to. */
export interface TaskAliasTable {
  /** `logTaskIdOf(task)`. Two tasks of one name, on one device: the first has it. */
  readonly log_task_id: string;
  readonly task_id: string;
}

/** The networks of whole tasks, to search by; `task_json` has them too. */
export interface TaskNetworkTable {
  readonly task_id: string;
  readonly network: string;
  readonly occurrences: number;
}

export interface RecordTable {
  /** From 1, never used twice. */
  readonly sequence: Generated<number>;
  readonly idempotency_key: ColumnType<string, string, never>;
  readonly task_id: string;
  /**
   * 1: the task is whole, the record can be learned from; 0: known by its log
   * alone. In the record, so that reading on is one walk along an index.
   */
  readonly has_whole_task: number;
  /**
   * SHA-256 of the program (of its steps where it has them), hex: with the
   * task, which holds the device, it tells repeated measurements of one program.
   */
  readonly program_hash: string;
  readonly loop_nest: string;
  readonly transform_steps: string;
  /**
   * Little-endian float32, 164 a row. Null: the program came without; empty: TVM
   * could not build it. Drivers differ in what they give back for bytes.
   */
  readonly lowered_features: ColumnType<
    Uint8Array | ArrayBuffer | null,
    Uint8Array | null,
    Uint8Array | null
  >;
  /** JSON array of numbers. */
  readonly costs_seconds: string;
  /** Mean of the costs; null where nothing valid was measured. */
  readonly latency_seconds: number | null;
  readonly error_number: number;
  readonly error_message: string;
  readonly all_cost_seconds: number;
  readonly measured_seconds: number;
  readonly record_line: string;
  /** Who reported it: a tuner's id, or the name of a log. */
  readonly source: string;
  readonly stored_seconds: number;
}

/** How far imports have come. */
export interface ImportTable {
  readonly file_hash: string;
  readonly lines_done: number;
  readonly broken: number;
  /** JSON array: number and reason of each of the first broken lines. */
  readonly broken_lines: string;
  /** 0 or 1. */
  readonly is_complete: number;
  readonly updated_seconds: number;
}

/** One row: counting the records of a large store takes too long for every append. */
export interface TotalsTable {
  readonly id: number;
  readonly records: number;
}

export type RecordRow = Selectable<RecordTable>;
export type NewRecordRow = Insertable<RecordTable>;
