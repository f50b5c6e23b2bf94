/** The three tables of a dataset, column by column. */
import type { Columns } from './parquet-file';

/** A task on a device. A later row of the same `task_id` takes the place of an earlier one. */
export const taskColumns = Object.freeze({
  task_id: 'text',
  /** `task`, or `log-task` where only a log tells of it: no DAG, no hashes, no family. */
  kind: 'text',
  device: 'text',
  computation_hash: 'text',
  structure_hash: 'text',
  family: 'text',
  workload_key: 'text',
  target: 'text',
  /** JSON: TVM's eight hardware parameters, in TVM's order. */
  hardware_params: 'text',
  /** JSON: name and occurrences of each network. */
  networks: 'text',
  /** Serialised `cdmpp.v1.Task`; empty for a log task. */
  task: 'bytes',
} as const satisfies Columns);

/** A schedule, once for all devices that it was measured on. */
export const programColumns = Object.freeze({
  /** Counts from 1 over all parts. */
  program: 'int32',
  /** Of the tasks that it is a schedule of; empty for log tasks. */
  structure_hash: 'text',
  transform_steps: 'text',
  /** As TVM prints the state; may be empty. */
  loop_nest: 'text',
} as const satisfies Columns);

/** One measurement, failed ones included. A repetition is another row. */
export const measurementColumns = Object.freeze({
  task_id: 'text',
  program: 'int32',
  costs_seconds: 'doubles',
  error_number: 'int32',
  error_message: 'text',
  all_cost_seconds: 'double',
  /** When it was measured, since 1970. */
  measured_seconds: 'double',
  source: 'text',
  /** JSON: what TVM's record line says beside task, program and result; see `line-form.ts`. */
  line_form: 'text',
  /** The line itself, where it cannot be written again from the other columns. */
  record_line: 'text',
  /** Empty where it is the key that task and line give. */
  idempotency_key: 'text',
} as const satisfies Columns);

export const tables = Object.freeze({
  tasks: taskColumns,
  programs: programColumns,
  measurements: measurementColumns,
});

export type TableName = keyof typeof tables;
