import fc from 'fast-check';
import { createRng } from '../../src/base';
import { bootstrap } from '../../src/metrics';
import { ResampledMedian } from '../../src/metrics/resampled-median';

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('bootstrap', () => {
  it('should find the standard error of a mean', () => {
    const rng = createRng(5);
    const values = Array.from({ length: 400 }, () => 10 + 2 * rng.nextNormal());
    const { value, low, high } = bootstrap(values, mean, { seed: 1 });
    expect(value).toBe(mean(values));
    // 1.96 × 2 / √400 on each side.
    expect((high as number) - (low as number)).toBeCloseTo((2 * 1.96 * 2) / 20, 1);
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
  });

  it('should give the same for the same seed, and narrower for a lower level', () => {
    const values = [1, 4, 2, 8, 5, 7];
    const once = bootstrap(values, mean, { seed: 9 });
    expect(bootstrap(values, mean, { seed: 9 })).toEqual(once);
    expect(bootstrap(values, mean, { seed: 10 })).not.toEqual(once);
    const half = bootstrap(values, mean, { seed: 9, level: 0.5 });
    expect((half.high as number) - (half.low as number)).toBeLessThan(
      (once.high as number) - (once.low as number),
    );
  });

  it('should draw whole tasks', () => {
    // Two tasks whose programs are alike: a mean of programs can only be 0, 1 or between.
    const tasks = [Array(50).fill(0), Array(50).fill(1)];
    const seen = new Set<number>();
    bootstrap(
      tasks,
      (sample) => {
        const value = mean(sample.flat());
        seen.add(value);
        return value;
      },
      { seed: 2 },
    );
    expect([...seen].sort()).toEqual([0, 0.5, 1]);
  });

  it('should know nothing of other tasks from one', () => {
    expect(bootstrap([3], mean, { seed: 1 })).toEqual({ value: 3, low: null, high: null });
    expect(bootstrap([3, 4], mean, { seed: 1, resamples: 0 })).toEqual({
      value: 3.5,
      low: null,
      high: null,
    });
  });

  it('should leave out samples without a figure', () => {
    const share = (sample: readonly { pairs: number; correct: number }[]) =>
      sample.reduce((sum, one) => sum + one.correct, 0) /
      sample.reduce((sum, one) => sum + one.pairs, 0);
    const tasks = [
      { pairs: 0, correct: 0 },
      { pairs: 4, correct: 3 },
    ];
    expect(bootstrap(tasks, share, { seed: 1 })).toEqual({ value: 0.75, low: 0.75, high: 0.75 });
  });
});

describe('ResampledMedian', () => {
  const lists = fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 6 }), {
    minLength: 1,
    maxLength: 6,
  });

  it('should be the median of all values of the sample', () => {
    fc.assert(
      fc.property(lists, fc.array(fc.nat(), { maxLength: 8 }), (tasks, picks) => {
        const sample = picks.map((pick) => pick % tasks.length);
        const sorted = sample.flatMap((task) => tasks[task] as number[]).sort((a, b) => a - b);
        const middle = [
          sorted[Math.ceil(sorted.length / 2) - 1],
          sorted[Math.floor(sorted.length / 2)],
        ];
        const expected = sorted.length === 0 ? Number.NaN : mean(middle as number[]);
        const median = new ResampledMedian(tasks.map((values) => Float64Array.from(values)));
        expect(median.of(sample)).toBe(expected);
        // Once more: nothing is left of the sample before.
        expect(median.of(sample)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});
