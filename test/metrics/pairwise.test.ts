import fc from 'fast-check';
import { createRng } from '../../src/base';
import { type Judged, pairwiseAccuracy } from '../../src/metrics';
import { judgedArbitrary, judgedTask } from './sample-judged';

/** By looking at every pair. */
function countAllPairs(judged: readonly Judged[], leastGap: number) {
  let pairs = 0;
  let correct = 0;
  for (const faster of judged) {
    for (const slower of judged) {
      if (faster.taskId !== slower.taskId) continue;
      if (!(slower.latencySeconds > faster.latencySeconds * (1 + leastGap))) continue;
      pairs++;
      const difference = slower.predictedSeconds - faster.predictedSeconds;
      correct += difference > 0 ? 1 : difference === 0 ? 0.5 : 0;
    }
  }
  return { pairs, pooled: correct / pairs };
}

describe('pairwiseAccuracy', () => {
  it('should count a case by hand', () => {
    // Pairs by measurement: 1-2, 1-3, 2-3; 1-3 is predicted the wrong way round, 2-3 as equal.
    const judged = judgedTask('a', [1, 2, 3], [5, 9, 3]);
    expect(pairwiseAccuracy(judged, { leastGap: 0 })).toEqual({
      pooled: 1 / 3,
      meanOverTasks: 1 / 3,
      pairs: 3,
      tasks: 1,
    });
    const tied = judgedTask('a', [1, 2, 3], [5, 9, 9]);
    expect(pairwiseAccuracy(tied, { leastGap: 0 }).pooled).toBeCloseTo(2.5 / 3, 12);
  });

  it('should look only at pairs that are far enough apart', () => {
    const judged = judgedTask('a', [100, 104, 106], [3, 2, 1]);
    expect(pairwiseAccuracy(judged, { leastGap: 0 }).pairs).toBe(3);
    expect(pairwiseAccuracy(judged, { leastGap: 0.05 }).pairs).toBe(1);
    expect(pairwiseAccuracy(judged, { leastGap: 0.06 }).pairs).toBe(0);
    expect(pairwiseAccuracy(judged, { leastGap: 0.06 }).pooled).toBeNaN();
  });

  it('should weigh pairs when pooled, and tasks when averaged', () => {
    const judged = [
      ...judgedTask('right', [1, 2, 3], [1, 2, 3]),
      ...judgedTask('wrong', [1, 2], [2, 1]),
      ...judgedTask('alone', [1], [1]),
    ];
    const { pooled, meanOverTasks, tasks } = pairwiseAccuracy(judged, { leastGap: 0 });
    expect(pooled).toBe(3 / 4);
    expect(meanOverTasks).toBe(1 / 2);
    expect(tasks).toBe(2);
  });

  it('should agree with a count of every pair', () => {
    fc.assert(
      fc.property(judgedArbitrary, fc.constantFrom(0, 0.05, 0.5), (judged, leastGap) => {
        const { pairs, pooled } = pairwiseAccuracy(judged, { leastGap });
        const expected = countAllPairs(judged, leastGap);
        expect({ pairs, pooled }).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('should give a half to who predicts one and the same', () => {
    fc.assert(
      fc.property(judgedArbitrary, (judged) => {
        const constant = judged.map((one) => ({ ...one, predictedSeconds: 1 }));
        const { pairs, pooled } = pairwiseAccuracy(constant, { leastGap: 0 });
        if (pairs > 0) expect(pooled).toBe(0.5);
      }),
    );
  });

  it('should count the pairs of a task of 4,000 programs', () => {
    const rng = createRng(3);
    const latencies = Array.from({ length: 4000 }, () => Math.exp(rng.nextNormal()));
    const judged = judgedTask(
      'a',
      latencies,
      latencies.map((latency) => latency * Math.exp(rng.nextNormal())),
    );
    const { pairs, pooled } = pairwiseAccuracy(judged, { leastGap: 0 });
    expect(pairs).toBe((4000 * 3999) / 2);
    // Of normal logarithms with noise as wide as they are: 1/2 + arcsin(√(1/2)) / π.
    expect(pooled).toBeCloseTo(0.5 + Math.asin(Math.SQRT1_2) / Math.PI, 1);
  });
});
