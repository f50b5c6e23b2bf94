import { invalidArgument } from '../errors';
import type { MeasuredRecord } from '../program';

/**
 * INVALID_ARGUMENT for a record that a store would give back changed: numbers
 * that are not finite have no form in JSON, and an empty key names nothing.
 */
export function assertStorable(record: MeasuredRecord, index: number): void {
  const field = `records[${index}]`;
  if (record.idempotencyKey === '') {
    throw invalidArgument(`${field}.idempotency_key is empty; it names the measurement`);
  }
  record.costsSeconds.forEach((cost, i) => {
    assertFinite(`${field}.costs_seconds[${i}]`, cost);
  });
  assertFinite(`${field}.all_cost_seconds`, record.allCostSeconds);
  assertFinite(`${field}.timestamp_seconds`, record.timestampSeconds);
  record.program.loweredFeatures?.forEach((value, i) => {
    assertFinite(`${field}.program.lowered_features[${i}]`, value);
  });
  if (!Number.isInteger(record.errorNumber)) {
    throw invalidArgument(`${field}.error_number is ${record.errorNumber}, expected an integer`);
  }
}

function assertFinite(field: string, value: number): void {
  if (!Number.isFinite(value)) {
    throw invalidArgument(`${field} is ${value}, expected a finite number`);
  }
}
