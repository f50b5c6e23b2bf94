import { status } from '@grpc/grpc-js';
import { Code, PredictorError } from '../../src/errors';
import { callFailureOf, isServerFault } from '../../src/server/status';

const codes = Object.values(Code).filter((code): code is Code => typeof code === 'number');

describe('callFailureOf()', () => {
  it.each(codes)('should map code %i to the status of the same name', (code) => {
    const name = Code[code].replace(/(?<!^)([A-Z])/g, '_$1').toUpperCase();
    expect(status[callFailureOf(new PredictorError(code, 'x')).code]).toBe(name);
  });

  it('should map an aborted wait to CANCELLED', () => {
    const controller = new AbortController();
    controller.abort();
    expect(callFailureOf(controller.signal.reason).code).toBe(status.CANCELLED);
  });

  it.each(['text', undefined, null, new RangeError('text')])(
    'should keep %p to itself',
    (thrown) => {
      const failure = callFailureOf(thrown);
      expect(failure.code).toBe(status.INTERNAL);
      expect(failure.details).not.toContain('text');
    },
  );

  it('should make every message one that the wire can carry', () => {
    const { details } = callFailureOf(
      new PredictorError(Code.NotFound, `\ud83d${'é'.repeat(9000)}`),
    );
    expect(details).toHaveLength(2048 + ' [cut]'.length);
    expect(() => encodeURI(details)).not.toThrow();
    const whole = callFailureOf(new PredictorError(Code.NotFound, '\ud83d\ude00'));
    expect(whole.details).toBe('\ud83d\ude00');
  });
});

describe('isServerFault()', () => {
  it('should be true for what the caller cannot repair', () => {
    const faults = codes.filter((code) => isServerFault({ code: code as number, details: '' }));
    expect(faults).toEqual([Code.Unknown, Code.Internal, Code.DataLoss]);
  });
});
