import {
  decodeLoweredRows,
  encodeLoweredRows,
  type MeasuredRecord,
  measuredLatencySeconds,
  measurementKey,
  type ProgramSource,
  programHash,
} from '../program';
import type { NewRecordRow, RecordRow } from './schema';

export interface RecordOrigin {
  /** The task that the record is kept under. */
  readonly taskId: string;
  readonly hasWholeTask: boolean;
  readonly source: string;
  readonly storedSeconds: number;
}

export function encodeRecord(record: MeasuredRecord, origin: RecordOrigin): NewRecordRow {
  return {
    idempotency_key: record.idempotencyKey,
    task_id: origin.taskId,
    has_whole_task: origin.hasWholeTask ? 1 : 0,
    program_hash: programHash(record.program),
    loop_nest: record.program.loopNest,
    transform_steps: record.program.transformSteps,
    lowered_features: encodeRows(record.program.loweredFeatures),
    costs_seconds: JSON.stringify(record.costsSeconds),
    latency_seconds: measuredLatencySeconds(record) ?? null,
    error_number: record.errorNumber,
    error_message: record.errorMessage,
    all_cost_seconds: record.allCostSeconds,
    measured_seconds: record.timestampSeconds,
    record_line: record.recordLine,
    source: origin.source,
    stored_seconds: origin.storedSeconds,
  };
}

export function decodeRecord(row: RecordRow): MeasuredRecord {
  return Object.freeze({
    idempotencyKey: row.idempotency_key,
    program: decodeProgram(row),
    costsSeconds: Object.freeze(JSON.parse(row.costs_seconds) as number[]),
    errorNumber: row.error_number,
    errorMessage: row.error_message,
    allCostSeconds: row.all_cost_seconds,
    timestampSeconds: row.measured_seconds,
    recordLine: row.record_line,
  });
}

/**
 * The row of a log task's record as one of the whole task's. A key that the log task's id is part
 * of becomes the one that the same line has when it is reported for the whole task.
 */
export function adoptedRow(row: RecordRow, taskId: string): NewRecordRow {
  const isDerived =
    row.record_line !== '' && row.idempotency_key === measurementKey(row.task_id, row.record_line);
  return {
    ...withoutSequence(row),
    task_id: taskId,
    has_whole_task: 1,
    idempotency_key: isDerived ? measurementKey(taskId, row.record_line) : row.idempotency_key,
  };
}

/** A row that was read, to be inserted under a sequence of its own. */
export function withoutSequence({ sequence: _old, ...rest }: RecordRow): NewRecordRow {
  const { lowered_features: lowered } = rest;
  return { ...rest, lowered_features: lowered === null ? null : new Uint8Array(lowered) };
}

function encodeRows(rows: Float32Array | undefined): Uint8Array | null {
  return rows === undefined ? null : encodeLoweredRows(rows);
}

function decodeProgram(row: RecordRow): ProgramSource {
  const texts = { loopNest: row.loop_nest, transformSteps: row.transform_steps };
  if (row.lowered_features === null) return Object.freeze(texts);
  const field = `record ${row.sequence}: lowered_features`;
  return Object.freeze({
    ...texts,
    loweredFeatures: decodeLoweredRows(field, new Uint8Array(row.lowered_features)),
  });
}
