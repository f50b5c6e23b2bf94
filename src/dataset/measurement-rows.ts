import {
  isLogTask,
  type LogTask,
  type MeasuredRecord,
  measurementKey,
  type ProgramSource,
  type Task,
} from '../program';
import { lineFormOf, lineOf } from './line-form';
import type { Row, UncheckedRow } from './parquet-file';
import { RowCheck } from './row-check';
import type { measurementColumns, programColumns } from './tables';

export type ProgramRow = Row<typeof programColumns>;
export type MeasurementRow = Row<typeof measurementColumns>;

const LEAST_INT32 = -(2 ** 31);
const MOST_INT32 = 2 ** 31 - 1;
const MOST_PROGRAMS = MOST_INT32;
const TASK_ID = /^(log-)?[0-9a-f]{32}$/;

/** What a dataset says of a measurement, whole again. */
export interface DatasetRecord {
  readonly task: Task | LogTask;
  readonly record: MeasuredRecord;
  /** Who reported it: a tuner's id, or the name of a log. */
  readonly source: string;
}

/** Empty where only a log tells of the task. */
export function structureOf(task: Task | LogTask): string {
  return isLogTask(task) ? '' : task.structureHash;
}

export function encodeProgramRow(
  number: number,
  task: Task | LogTask,
  program: ProgramSource,
): ProgramRow {
  return {
    program: number,
    structure_hash: structureOf(task),
    transform_steps: program.transformSteps,
    loop_nest: program.loopNest,
  };
}

export interface NumberedProgram {
  readonly number: number;
  readonly structureHash: string;
  readonly program: ProgramSource;
}

export function decodeProgramRow(
  path: string,
  rowNumber: number,
  row: UncheckedRow,
): NumberedProgram {
  const check = new RowCheck(path, rowNumber, row);
  const number = check.integer('program', 1, MOST_PROGRAMS);
  const structureHash = check.textLike(
    'structure_hash',
    /^([0-9a-f]{32})?$/,
    '32 hex digits or none',
  );
  const transformSteps = check.text('transform_steps');
  const loopNest = check.text('loop_nest');
  if (transformSteps === '' && loopNest === '') {
    throw check.error('transform_steps', 'empty', 'steps where there is no loop_nest');
  }
  return { number, structureHash, program: Object.freeze({ loopNest, transformSteps }) };
}

export function encodeMeasurementRow(program: number, entry: DatasetRecord): MeasurementRow {
  const { task, record, source } = entry;
  const form = record.recordLine === '' ? '' : lineFormOf(record);
  const hasOwnKey = record.idempotencyKey === measurementKey(task.id, record.recordLine);
  return {
    task_id: task.id,
    program,
    costs_seconds: record.costsSeconds,
    error_number: record.errorNumber,
    error_message: record.errorMessage,
    all_cost_seconds: record.allCostSeconds,
    measured_seconds: record.timestampSeconds,
    source,
    line_form: form ?? '',
    record_line: form === undefined ? record.recordLine : '',
    idempotency_key: hasOwnKey ? '' : record.idempotencyKey,
  };
}

/** Where a measurement's task and program are looked up. */
export interface RowReferences {
  readonly tasks: ReadonlyMap<string, Task | LogTask>;
  program(number: number): Promise<NumberedProgram | undefined>;
}

export async function decodeMeasurementRow(
  path: string,
  rowNumber: number,
  row: UncheckedRow,
  references: RowReferences,
): Promise<DatasetRecord> {
  const check = new RowCheck(path, rowNumber, row);
  const taskId = check.textLike('task_id', TASK_ID, 'the id of a task');
  const task = references.tasks.get(taskId);
  if (task === undefined) throw check.error('task_id', taskId, 'a row of the table tasks');
  const number = check.integer('program', 1, MOST_PROGRAMS);
  const found = await references.program(number);
  if (found === undefined || found.structureHash !== structureOf(task)) {
    throw check.error('program', String(number), `a row of the table programs of task ${taskId}`);
  }
  const measured = {
    program: found.program,
    costsSeconds: check.finiteList('costs_seconds'),
    errorNumber: check.integer('error_number', LEAST_INT32, MOST_INT32),
    errorMessage: check.text('error_message'),
    allCostSeconds: check.finite('all_cost_seconds'),
    timestampSeconds: check.finite('measured_seconds'),
  };
  const recordLine = lineOfRow(check, { ...measured, idempotencyKey: '' });
  const idempotencyKey = check.text('idempotency_key') || measurementKey(task.id, recordLine);
  const record = Object.freeze({ idempotencyKey, ...measured, recordLine });
  return { task, record, source: check.text('source') };
}

function lineOfRow(check: RowCheck, record: Omit<MeasuredRecord, 'recordLine'>): string {
  const form = check.text('line_form');
  if (form === '') return check.text('record_line');
  const line = lineOf(form, record);
  if (line === undefined) throw check.error('line_form', form, 'the JSON that line-form.ts writes');
  return line;
}
