import { createHash } from 'node:crypto';
import {
  decodeLoweredRows,
  encodeLoweredRows,
  type MeasuredRecord,
  measuredLatencySeconds,
  type ProgramSource,
} from '../program';
import type { NewRecordRow, RecordRow } from './schema';

export interface RecordOrigin {
  readonly taskId: string;
  readonly source: string;
  readonly storedSeconds: number;
}

export function encodeRecord(record: MeasuredRecord, origin: RecordOrigin): NewRecordRow {
  return {
    idempotency_key: record.idempotencyKey,
    task_id: origin.taskId,
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

/** The steps make the program; the loop nest only shows what they made. */
function programHash(program: ProgramSource): string {
  const identity =
    program.transformSteps === ''
      ? `loop-nest:${program.loopNest}`
      : `steps:${program.transformSteps}`;
  return createHash('sha256').update(identity).digest('hex');
}
