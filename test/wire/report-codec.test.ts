import { createHash } from 'node:crypto';
import { Code } from '../../src/errors';
import type { MeasuredRecord } from '../../src/program';
import {
  decodeReportRequest,
  decodeReportResponse,
  encodeReportRequest,
  encodeReportResponse,
} from '../../src/wire';
import type { MeasuredRecordInput } from '../../src/wire/gen/cdmpp/v1/MeasuredRecord';
import { expectError } from '../support/expect-error';
import { requestOverTheWire, responseOverTheWire } from '../support/over-the-wire';

const record: MeasuredRecord = {
  idempotencyKey: 'key-1',
  program: { loopNest: 'for i (0,4)', transformSteps: '[["AN", 0, 0, 1]]' },
  costsSeconds: [1 / 3, 0.25],
  errorNumber: 4,
  errorMessage: 'timed out',
  allCostSeconds: 2.5,
  timestampSeconds: 1_700_000_000.125,
  recordLine: '{"i": []}',
};

function decode(overrides: MeasuredRecordInput) {
  const base = encodeReportRequest({ task: 'task-1', records: [record], tunerId: 't' });
  const records = (base.records ?? []).map((message) => ({ ...message, ...overrides }));
  return decodeReportRequest(requestOverTheWire('Report', { ...base, records }));
}

describe('decodeReportRequest()', () => {
  it('should be the inverse of encodeReportRequest(), bit for bit', () => {
    const report = { task: 'task-1', records: [record], tunerId: 'tuner', deferLearning: true };
    const message = requestOverTheWire('Report', encodeReportRequest(report));
    expect(decodeReportRequest(message)).toEqual(report);
  });

  it('should carry lowered features', () => {
    const loweredFeatures = Float32Array.from({ length: 164 }, (_, i) => i / 3);
    const program = { ...record.program, loweredFeatures };
    const report = { task: 'task-1', records: [{ ...record, program }], tunerId: '' };
    const message = requestOverTheWire('Report', encodeReportRequest(report));
    expect(decodeReportRequest(message).records[0]?.program).toEqual(program);
  });

  it('should derive a missing key from task and record line', () => {
    expect(decode({ idempotencyKey: '' }).records[0]?.idempotencyKey).toBe(
      createHash('sha256').update(`task-1\n${record.recordLine}`).digest('hex'),
    );
  });

  it('should keep an error message with zero characters, which no store can, without them', () => {
    expect(decode({ errorMessage: 'a\0b' }).records[0]?.errorMessage).toBe('a\ufffdb');
  });

  it('should cut a long error message instead of refusing the record', () => {
    const message = decode({ errorMessage: 'e'.repeat(70_000) }).records[0]?.errorMessage;
    expect(message).toHaveLength(64 * 1024 + ' [cut]'.length);
  });

  it.each<[string, MeasuredRecordInput, RegExp]>([
    ['no program', { program: null }, /^records\[0\]\.program is absent/],
    ['an empty program', { program: {} }, /^records\[0\]\.program has neither/],
    [
      'neither key nor line',
      { idempotencyKey: '', recordLine: '' },
      /^records\[0\] has neither idempotency_key nor record_line/,
    ],
    [
      'a line of blanks and no key',
      { idempotencyKey: '', recordLine: ' \t' },
      /^records\[0\] has neither idempotency_key nor record_line/,
    ],
    [
      'a cost that is not a number',
      { costsSeconds: [1, Number.NaN] },
      /^records\[0\]\.costs_seconds\[1\] is NaN; it must be finite/,
    ],
    [
      'an infinite time',
      { timestampSeconds: Number.POSITIVE_INFINITY },
      /^records\[0\]\.timestamp_seconds is Infinity/,
    ],
  ])('should refuse %s', (_name, overrides, message) =>
    expectError(() => decode(overrides), Code.InvalidArgument, message),
  );
});

describe('encodeReportResponse()', () => {
  it('should be the inverse of decodeReportResponse()', () => {
    const result = { accepted: 3, duplicates: 1, lastSequence: 2 ** 33, totalRecords: 2 ** 34 };
    const message = responseOverTheWire('Report', encodeReportResponse(result));
    expect(decodeReportResponse(message)).toEqual(result);
  });

  it('should not let a fraction out', () =>
    expectError(
      () =>
        encodeReportResponse({ accepted: 0.5, duplicates: 0, lastSequence: 0, totalRecords: 0 }),
      Code.Internal,
      /^internal: accepted is 0.5/,
    ));
});
