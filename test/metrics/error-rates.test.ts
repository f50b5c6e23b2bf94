import fc from 'fast-check';
import { Code } from '../../src/errors';
import { accuracyWithin, evaluateJudged, type Judged, mape, medianApe } from '../../src/metrics';
import { expectError } from '../support/expect-error';
import { judgedArbitrary, judgedTask } from './sample-judged';

describe('error rates', () => {
  // Off by 10 %, 50 %, 0 % and 25 %.
  const judged = judgedTask('a', [1, 2, 3, 4], [1.1, 1, 3, 5]);

  it('should be those of a case by hand', () => {
    expect(mape(judged)).toBeCloseTo((10 + 50 + 0 + 25) / 4, 10);
    expect(medianApe(judged)).toBeCloseTo((10 + 25) / 2, 10);
    expect(medianApe(judged.slice(0, 3))).toBeCloseTo(10, 10);
    expect(accuracyWithin(judged, 25)).toBe(3 / 4);
    expect(accuracyWithin(judged, 24)).toBe(2 / 4);
    expect(accuracyWithin(judged, 0)).toBe(1 / 4);
  });

  it('should be no number of nothing', () => {
    expect([mape([]), medianApe([]), accuracyWithin([], 20)]).toEqual([NaN, NaN, NaN]);
  });

  it('should not change with the unit of time', () => {
    fc.assert(
      fc.property(judgedArbitrary, fc.integer({ min: -8, max: 8 }), (some, power) => {
        const scaled = some.map((one): Judged => {
          // A power of two, so that no bit is rounded.
          const { latencySeconds, predictedSeconds } = one;
          const unit = 2 ** power;
          return {
            ...one,
            latencySeconds: latencySeconds * unit,
            predictedSeconds: predictedSeconds * unit,
          };
        });
        expect(mape(scaled)).toBe(mape(some));
        expect(medianApe(scaled)).toBe(medianApe(some));
      }),
    );
  });

  it('should refuse what is no latency', async () => {
    const options = { seed: 1 };
    const zero = judgedTask('a', [1, 0], [1, 1]);
    await expectError(
      () => evaluateJudged(zero, options),
      Code.InvalidArgument,
      /judged\[1\]\.latencySeconds is 0; it must be a finite number above 0/,
    );
    const lost = judgedTask('a', [1], [Number.NaN]);
    await expectError(
      () => evaluateJudged(lost, options),
      Code.InvalidArgument,
      /judged\[0\]\.predictedSeconds is NaN/,
    );
    const sure = judgedTask('a', [1], [1], [-1]);
    await expectError(
      () => evaluateJudged(sure, options),
      Code.InvalidArgument,
      /logStandardDeviation is -1/,
    );
  });
});
