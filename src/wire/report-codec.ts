import { invalidArgument } from '../errors';
import { type MeasuredRecord, measurementKey } from '../program';
import type {
  MeasuredRecordInput,
  MeasuredRecord as MeasuredRecordMessage,
} from './gen/cdmpp/v1/MeasuredRecord';
import type {
  ReportRequestInput,
  ReportRequest as ReportRequestMessage,
} from './gen/cdmpp/v1/ReportRequest';
import type {
  ReportResponseInput,
  ReportResponse as ReportResponseMessage,
} from './gen/cdmpp/v1/ReportResponse';
import { decodeCount, decodeFinite, encodeInt64 } from './int64';
import {
  assertItemCount,
  assertTextBytes,
  MAX_ERROR_MESSAGE_BYTES,
  MAX_NAME_BYTES,
  MAX_RECORD_LINE_BYTES,
} from './limits';
import { decodeProgram, encodeProgram } from './program-codec';
import { decodeTaskRef, encodeTaskRef, type TaskRef } from './task-ref-codec';

export interface ReportFields {
  readonly task: TaskRef;
  readonly records: readonly MeasuredRecord[];
  readonly tunerId: string;
  /** Learn only with a later report that does not say so. */
  readonly deferLearning?: boolean;
}

/** How many records were new, and where the newest of them stands in the store. */
export interface ReportResult {
  readonly accepted: number;
  readonly duplicates: number;
  readonly lastSequence: number;
  readonly totalRecords: number;
}

/** All or nothing: one bad record refuses the report, with its place in the message. */
export function decodeReportRequest(message: ReportRequestMessage): ReportFields {
  assertItemCount('records', message.records.length);
  assertTextBytes('tuner_id', message.tunerId, MAX_NAME_BYTES);
  const task = decodeTaskRef(message);
  const taskId = typeof task === 'string' ? task : task.id;
  const records = message.records.map((record, index) =>
    decodeMeasuredRecord(`records[${index}]`, record, taskId),
  );
  return { task, records, tunerId: message.tunerId, deferLearning: message.deferLearning };
}

export function encodeReportRequest(report: ReportFields): ReportRequestInput {
  return {
    ...encodeTaskRef(report.task),
    records: report.records.map(encodeMeasuredRecord),
    tunerId: report.tunerId,
    deferLearning: report.deferLearning ?? false,
  };
}

export function encodeReportResponse(result: ReportResult): ReportResponseInput {
  return {
    accepted: encodeInt64('accepted', result.accepted),
    duplicates: encodeInt64('duplicates', result.duplicates),
    lastSequence: encodeInt64('last_sequence', result.lastSequence),
    totalRecords: encodeInt64('total_records', result.totalRecords),
  };
}

export function decodeReportResponse(message: ReportResponseMessage): ReportResult {
  return {
    accepted: decodeCount('accepted', message.accepted),
    duplicates: decodeCount('duplicates', message.duplicates),
    lastSequence: decodeCount('last_sequence', message.lastSequence),
    totalRecords: decodeCount('total_records', message.totalRecords),
  };
}

function decodeMeasuredRecord(
  field: string,
  message: MeasuredRecordMessage,
  taskId: string,
): MeasuredRecord {
  if (message.program === null) throw invalidArgument(`${field}.program is absent; it is required`);
  assertTextBytes(`${field}.record_line`, message.recordLine, MAX_RECORD_LINE_BYTES);
  assertTextBytes(`${field}.idempotency_key`, message.idempotencyKey, MAX_NAME_BYTES);
  return Object.freeze({
    idempotencyKey: message.idempotencyKey || deriveKey(field, taskId, message.recordLine),
    program: decodeProgram(`${field}.program`, message.program),
    costsSeconds: Object.freeze(
      message.costsSeconds.map((cost, i) => decodeFinite(`${field}.costs_seconds[${i}]`, cost)),
    ),
    errorNumber: message.errorNumber,
    errorMessage: storable(message.errorMessage),
    allCostSeconds: decodeFinite(`${field}.all_cost_seconds`, message.allCostSeconds),
    timestampSeconds: decodeFinite(`${field}.timestamp_seconds`, message.timestampSeconds),
    recordLine: message.recordLine,
  });
}

function encodeMeasuredRecord(record: MeasuredRecord): MeasuredRecordInput {
  return {
    ...record,
    program: encodeProgram(record.program),
    costsSeconds: [...record.costsSeconds],
  };
}

function deriveKey(field: string, taskId: string, recordLine: string): string {
  if (recordLine.trim() === '') {
    throw invalidArgument(`${field} has neither idempotency_key nor record_line; one is required`);
  }
  return measurementKey(taskId, recordLine);
}

/** Failed builds quote whole compilers, and what programs print; a record is not refused for that. */
function storable(message: string): string {
  // PostgreSQL keeps no zero characters.
  const text = message.replaceAll('\0', '\ufffd');
  if (text.length <= MAX_ERROR_MESSAGE_BYTES) return text;
  return `${text.slice(0, MAX_ERROR_MESSAGE_BYTES)} [cut]`;
}
