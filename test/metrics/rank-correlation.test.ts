import fc from 'fast-check';
import { spearman } from '../../src/metrics';
import { averageRanks, denseRanks } from '../../src/metrics/order';
import '../support/to-be-allclose';
import { judgedArbitrary, judgedTask } from './sample-judged';

describe('spearman', () => {
  it('should be 1 in order, -1 in reverse, whatever the scale', () => {
    expect(spearman(judgedTask('a', [1, 2, 3], [10, 200, 3000]))).toBeCloseTo(1, 12);
    expect(spearman(judgedTask('a', [1, 2, 3], [3000, 200, 10]))).toBeCloseTo(-1, 12);
  });

  it('should be that of a case by hand', () => {
    // Ranks 1 2 3 4 5 against 2 1 4 3 5: 1 - 6 * (1 + 1 + 1 + 1 + 0) / (5 * 24).
    const judged = judgedTask('a', [1, 2, 3, 4, 5], [20, 10, 40, 30, 50]);
    expect(spearman(judged)).toBeCloseTo(1 - (6 * 4) / (5 * 24), 12);
  });

  it('should give equal values the mean of their ranks', () => {
    expect(averageRanks(Float64Array.of(5, 1, 5, 3))).toBeAllclose([3.5, 1, 3.5, 2]);
    // Ranks 1, 2.5, 2.5 against 1, 2, 3: covariance 1.5, variances 1.5 and 2.
    const judged = judgedTask('a', [1, 2, 2], [1, 2, 3]);
    expect(spearman(judged)).toBeCloseTo(1.5 / Math.sqrt(1.5 * 2), 12);
  });

  it('should be the mean over the tasks that have an order', () => {
    const judged = [
      ...judgedTask('right', [1, 2], [1, 2]),
      ...judgedTask('constant', [1, 2], [1, 1]),
      ...judgedTask('orderless', [1, 1], [1, 2]),
    ];
    expect(spearman(judged)).toBe((1 + 0) / 2);
    expect(spearman(judged.slice(4))).toBeNaN();
  });

  it('should stay between -1 and 1 and change its sign with the order', () => {
    fc.assert(
      fc.property(judgedArbitrary, (judged) => {
        const value = spearman(judged);
        fc.pre(!Number.isNaN(value));
        expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-12);
        const predictions = judged.map((one) => one.predictedSeconds);
        const descending = [...new Set(predictions)].sort((a, b) => b - a);
        const reversed = judged.map((one) => ({
          ...one,
          predictedSeconds: 1 + descending.indexOf(one.predictedSeconds),
        }));
        expect(spearman(reversed)).toBeCloseTo(-value, 9);
      }),
    );
  });
});

describe('denseRanks', () => {
  it('should number the different values', () => {
    expect([...denseRanks(Float64Array.of(5, 1, 5, 3))]).toEqual([2, 0, 2, 1]);
  });
});
