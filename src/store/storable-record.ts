import { invalidArgument } from '../errors';
import type { MeasuredRecord } from '../program';

/**
 * INVALID_ARGUMENT for a record that a store would give back changed: numbers
 * that are not finite have no form in JSON, an empty key names nothing, and
 * PostgreSQL keeps no zero characters and no longer integers.
 */
export function assertStorable(record: MeasuredRecord, index: number): void {
  const field = `records[${index}]`;
  if (record.idempotencyKey === '') {
    throw invalidArgument(`${field}.idempotency_key is empty; it names the measurement`);
  }
  const { idempotencyKey, errorMessage, recordLine, program } = record;
  assertText(`${field}.idempotency_key`, idempotencyKey);
  assertText(`${field}.error_message`, errorMessage);
  assertText(`${field}.record_line`, recordLine);
  assertText(`${field}.program.loop_nest`, program.loopNest);
  assertText(`${field}.program.transform_steps`, program.transformSteps);
  record.costsSeconds.forEach((cost, i) => {
    assertFinite(`${field}.costs_seconds[${i}]`, cost);
  });
  assertFinite(`${field}.all_cost_seconds`, record.allCostSeconds);
  assertFinite(`${field}.timestamp_seconds`, record.timestampSeconds);
  program.loweredFeatures?.forEach((value, i) => {
    assertFinite(`${field}.program.lowered_features[${i}]`, value);
  });
  if ((record.errorNumber | 0) !== record.errorNumber) {
    throw invalidArgument(
      `${field}.error_number is ${record.errorNumber}, expected an integer of 32 bits`,
    );
  }
}

/** Sources are looked up by an index; PostgreSQL's takes no long texts. */
const MAX_SOURCE_CHARACTERS = 1024;

/** INVALID_ARGUMENT for the name of a tuner or log that is no name. */
export function assertSource(source: string): void {
  assertText('source', source);
  if (source.length <= MAX_SOURCE_CHARACTERS) return;
  throw invalidArgument(
    `source has ${source.length} characters, at most ${MAX_SOURCE_CHARACTERS}: ${source.slice(0, 40)}…`,
  );
}

function assertText(field: string, text: string): void {
  const place = text.indexOf('\0');
  if (place >= 0) {
    throw invalidArgument(`${field} has a zero character at ${place}; no text may have one`);
  }
}

function assertFinite(field: string, value: number): void {
  if (!Number.isFinite(value)) {
    throw invalidArgument(`${field} is ${value}, expected a finite number`);
  }
}
