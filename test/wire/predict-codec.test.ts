import { Code } from '../../src/errors';
import type { Prediction } from '../../src/predictor';
import {
  assertNoPredictScope,
  decodePredictResponse,
  decodePredictScope,
  decodePrograms,
  encodePredictRequest,
  encodePredictResponse,
} from '../../src/wire';
import type { PredictRequestInput } from '../../src/wire/gen/cdmpp/v1/PredictRequest';
import { MAX_ITEMS } from '../../src/wire/limits';
import { expectError } from '../support/expect-error';
import { requestOverTheWire, responseOverTheWire } from '../support/over-the-wire';
import { sampleTask } from '../support/sample-task';

const receive = (request: PredictRequestInput) => requestOverTheWire('Predict', request);
const good = (latencySeconds: number): Prediction => ({
  ok: true,
  latencySeconds,
  logStandardDeviation: 0.25,
});

describe('decodePredictScope()', () => {
  it('should be the inverse of encodePredictRequest()', () => {
    const scope = {
      task: 'abc',
      model: { name: 'cdmpp', version: 7 },
      featureSet: 'lowered' as const,
      tunerId: 'tuner-1',
    };
    const programs = [
      { loopNest: 'for i (0,4)', transformSteps: '' },
      { loopNest: '', transformSteps: '[]' },
    ];
    const message = receive(encodePredictRequest(scope, programs));
    expect(decodePredictScope(message)).toEqual(scope);
    expect(decodePrograms(message.programs).programs).toEqual(programs);
  });

  it('should fill the defaults of an almost empty request', () => {
    expect(decodePredictScope(receive({ taskId: 'abc' }))).toEqual({
      task: 'abc',
      model: { name: '', version: 0 },
      featureSet: undefined,
      tunerId: '',
    });
  });

  it.each<[string, PredictRequestInput, RegExp]>([
    ['neither task', {}, /^task_id and task are both absent/],
    ['both tasks', { taskId: 'a', task: sampleTask() }, /^task_id and task are both set/],
    [
      'a negative version',
      { taskId: 'a', model: { version: -1 } },
      /^model\.version is -1; at least 0/,
    ],
    [
      'an unknown feature set',
      { taskId: 'a', featureSet: 9 as never },
      /^feature_set is 9; it must be/,
    ],
  ])('should refuse %s', (_name, request, message) =>
    expectError(() => decodePredictScope(receive(request)), Code.InvalidArgument, message),
  );
});

describe('assertNoPredictScope()', () => {
  it('should let programs pass and refuse everything else', async () => {
    assertNoPredictScope(1, receive({ programs: [{ loopNest: 'x' }] }));
    for (const [field, request] of [
      ['task_id', { taskId: 'a' }],
      ['task', { task: {} }],
      ['model', { model: { version: 1 } }],
      ['feature_set', { featureSet: 'FEATURE_SET_LOWERED' }],
      ['tuner_id', { tunerId: 't' }],
    ] as const) {
      await expectError(
        () => assertNoPredictScope(2, receive(request)),
        Code.InvalidArgument,
        new RegExp(`^chunk 2 sets ${field};`),
      );
    }
  });
});

describe('decodePrograms()', () => {
  it('should refuse what cannot be a program alone and in its place', () => {
    const { programs } = receive({
      programs: [
        {},
        { loopNest: 'a' },
        { loopNest: 'x'.repeat(256 * 1024 + 1) },
        { loopNest: 'b' },
      ],
    });
    const decoded = decodePrograms(programs);
    expect(decoded.programs.map((program) => program.loopNest)).toEqual(['a', 'b']);
    expect(decoded.restore([good(1), good(2)])).toEqual([
      {
        ok: false,
        failure: 'unreadable',
        code: Code.InvalidArgument,
        reason: 'programs[0] has neither loop_nest nor transform_steps; one is required',
      },
      good(1),
      {
        ok: false,
        failure: 'unreadable',
        code: Code.ResourceExhausted,
        reason: 'programs[2].loop_nest has 262145 bytes; at most 262144 are allowed',
      },
      good(2),
    ]);
  });

  it('should refuse one program too many', () => {
    const { programs } = receive({ programs: Array(MAX_ITEMS).fill({ loopNest: 'a' }) });
    expect(decodePrograms(programs).programs).toHaveLength(MAX_ITEMS);
    return expectError(
      () => decodePrograms([...programs, ...programs.slice(0, 1)]),
      Code.ResourceExhausted,
      /^programs has 4097 entries; at most 4096/,
    );
  });

  it('should refuse to restore another number of answers', () => {
    const decoded = decodePrograms(receive({ programs: [{ loopNest: 'a' }] }).programs);
    return expectError(() => decoded.restore([]), Code.Internal, /^internal: 0 predictions for 1/);
  });
});

describe('encodePredictResponse()', () => {
  it('should be the inverse of decodePredictResponse(), bit for bit', () => {
    const answer = {
      predictions: [
        good(1 / 3e5),
        good(Number.MIN_VALUE),
        {
          ok: false as const,
          failure: 'cannot-build' as const,
          code: Code.InvalidArgument,
          reason: 'threads is 2048; at most 1024',
        },
      ],
      model: { name: 'cdmpp', version: 0 },
      trainedOn: 2 ** 40,
      cached: 2,
    };
    const message = responseOverTheWire('Predict', encodePredictResponse(answer));
    expect(decodePredictResponse(message)).toEqual(answer);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('should not let %p out', (latency) =>
    expectError(
      () =>
        encodePredictResponse({
          predictions: [good(latency)],
          model: { name: 'cdmpp', version: 1 },
          trainedOn: 1,
          cached: 0,
        }),
      Code.Internal,
      /^internal: predictions\[0\]\.latency_seconds is/,
    ),
  );
});
