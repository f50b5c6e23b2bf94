import { Code } from '../../src/errors';
import type { ProgramSource } from '../../src/program';
import { decodePrograms, decodeReportRequest, encodePredictRequest } from '../../src/wire';
import { expectError } from '../support/expect-error';
import { requestOverTheWire } from '../support/over-the-wire';

const texts = { loopNest: 'for i (0,4)', transformSteps: '[["AN", 0, 0, 1]]' };
const scope = {
  task: 'task-1',
  model: { name: '', version: 0 },
  featureSet: 'lowered' as const,
  tunerId: '',
};

function overTheWire(programs: readonly ProgramSource[]): readonly ProgramSource[] {
  const message = requestOverTheWire('Predict', encodePredictRequest(scope, programs));
  return decodePrograms(message.programs).programs;
}

/** The reason for which one program, and it alone, is refused. */
function refusal(loweredFeatures: Uint8Array) {
  const message = requestOverTheWire('Predict', {
    taskId: 'task-1',
    programs: [{ ...texts, loweredFeatures }],
  });
  const [prediction] = decodePrograms(message.programs).restore([]);
  return prediction;
}

describe('lowered features on the wire', () => {
  it('should arrive bit for bit, and absent or empty as they were sent', () => {
    const rows = Float32Array.from({ length: 3 * 164 }, (_, i) => Math.log2(1 + i) - 2);
    const programs = [
      { ...texts, loweredFeatures: rows },
      texts,
      { ...texts, loweredFeatures: new Float32Array(0) },
    ];
    const arrived = overTheWire(programs);
    expect(arrived).toEqual(programs);
    expect(arrived.map((program) => 'loweredFeatures' in program)).toEqual([true, false, true]);
  });

  it('should be little-endian, one float32 after the other', () => {
    const message = requestOverTheWire(
      'Predict',
      encodePredictRequest(scope, [
        { ...texts, loweredFeatures: Float32Array.of(1, ...new Array(163).fill(0)) },
      ]),
    );
    const bytes = message.programs[0]?.loweredFeatures;
    expect(bytes).toHaveLength(656);
    expect([...(bytes ?? [])].slice(0, 5)).toEqual([0, 0, 0x80, 0x3f, 0]);
  });

  it.each<[string, Uint8Array, Code, RegExp]>([
    [
      'part of a row',
      new Uint8Array(657),
      Code.InvalidArgument,
      /^programs\[0\]\.lowered_features has 657 bytes; it must be whole rows of 656/,
    ],
    [
      'more rows than allowed',
      new Uint8Array(257 * 656),
      Code.ResourceExhausted,
      /^programs\[0\]\.lowered_features has 257 rows; at most 256 are allowed/,
    ],
    [
      'a number that is not finite',
      new Uint8Array(2 * 656).fill(0xff, 656 + 8, 656 + 12),
      Code.InvalidArgument,
      /^programs\[0\]\.lowered_features: number 2 of row 1 is NaN; it must be finite/,
    ],
  ])('should be refused with %s, for that program alone', (_what, bytes, code, reason) => {
    expect(refusal(bytes)).toEqual({
      ok: false,
      failure: 'unreadable',
      code,
      reason: expect.stringMatching(reason),
    });
  });

  it('should refuse a report whole, with the place', async () => {
    const message = requestOverTheWire('Report', {
      taskId: 'task-1',
      records: [
        { program: { ...texts, loweredFeatures: new Uint8Array(3) }, idempotencyKey: 'key' },
      ],
    });
    await expectError(
      () => decodeReportRequest(message),
      Code.InvalidArgument,
      /^records\[0\]\.program\.lowered_features has 3 bytes/,
    );
  });
});
