import fc from 'fast-check';
import { peakAt } from '../../src/metrics';
import { judgedArbitrary, judgedTask } from './sample-judged';

describe('peakAt', () => {
  const judged = judgedTask('a', [4, 1, 2, 8], [1, 4, 2, 3]);

  it('should be best over best of those predicted fastest', () => {
    expect(peakAt(judged, 1)).toBe(1 / 4);
    expect(peakAt(judged, 2)).toBe(1 / 2);
    expect(peakAt(judged, 3)).toBe(1 / 2);
    expect(peakAt(judged, 4)).toBe(1);
    expect(peakAt(judged, 100)).toBe(1);
  });

  it('should be the mean over tasks', () => {
    const two = [...judged, ...judgedTask('b', [1, 2], [1, 2])];
    expect(peakAt(two, 1)).toBe((1 / 4 + 1) / 2);
    expect(peakAt([], 1)).toBeNaN();
  });

  it('should give nothing to who does not tell programs apart, wherever the best stands', () => {
    expect(peakAt(judgedTask('a', [1, 2, 4], [7, 7, 7]), 1)).toBe(1 / 4);
    expect(peakAt(judgedTask('a', [4, 2, 1], [7, 7, 7]), 1)).toBe(1 / 4);
  });

  it('should grow with the choice, up to 1', () => {
    fc.assert(
      fc.property(judgedArbitrary, fc.integer({ min: 1, max: 10 }), (some, k) => {
        expect(peakAt(some, k)).toBeLessThanOrEqual(peakAt(some, k + 1));
        expect(peakAt(some, k)).toBeGreaterThan(0);
        expect(peakAt(some, some.length)).toBe(1);
      }),
    );
  });
});
