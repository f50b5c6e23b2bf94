import type { ColumnType, Generated, Insertable, Selectable } from 'kysely';

/** Tables of the record store. Times are seconds; texts are UTF-8. */
export interface StoreSchema {
  readonly tasks: TaskTable;
  readonly records: RecordTable;
}

export interface TaskTable {
  /** `Task.id`. */
  readonly id: string;
  readonly structure_hash: string;
  readonly workload_key: string;
  readonly target: string;
  readonly device_name: string;
  /** The whole task as JSON; the columns above are copies to search by. */
  readonly task_json: string;
  readonly created_seconds: number;
}

export interface RecordTable {
  /** From 1, never used twice. */
  readonly sequence: Generated<number>;
  readonly idempotency_key: ColumnType<string, string, never>;
  readonly task_id: string;
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
  readonly lowered_features: ColumnType<Uint8Array | ArrayBuffer | null, Uint8Array | null, never>;
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

export type RecordRow = Selectable<RecordTable>;
export type NewRecordRow = Insertable<RecordTable>;
