import fc from 'fast-check';
import { createRng } from '../../src/base';
import {
  accuracyWithin,
  calibration,
  evaluateJudged,
  type Judged,
  mape,
  medianApe,
  pairwiseAccuracy,
  peakAt,
  spearman,
} from '../../src/metrics';
import { judgedArbitrary, judgedTask } from './sample-judged';

/** Tasks of unlike sizes, predicted with an error. */
function drawnTasks(sizes: readonly number[]): readonly Judged[] {
  const rng = createRng(21);
  return sizes.flatMap((size, task) =>
    Array.from({ length: size }, () => {
      const latencySeconds = 1e-4 * Math.exp(rng.nextNormal());
      const predictedSeconds = latencySeconds * Math.exp(0.3 * rng.nextNormal());
      return { taskId: `t${task}`, latencySeconds, predictedSeconds, logStandardDeviation: 0.3 };
    }),
  );
}

/** NaN, as figures of nothing are, is null in an evaluation. */
const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

describe('evaluateJudged', () => {
  it('should agree with the figures one by one', () => {
    fc.assert(
      fc.property(judgedArbitrary, (judged) => {
        const found = evaluateJudged(judged, { seed: 1, leastRecordsForRank: 1, resamples: 0 });
        const close = (estimate: { value: number } | null, expected: number) => {
          if (Number.isNaN(expected)) expect(estimate).toBeNull();
          else
            expect(Math.abs((estimate?.value as number) - expected)).toBeLessThanOrEqual(
              1e-9 * (1 + Math.abs(expected)),
            );
        };
        close(found.mapePercent, mape(judged));
        close(found.medianApePercent, medianApe(judged));
        close(found.within20, accuracyWithin(judged, 20));
        close(found.within10, accuracyWithin(judged, 10));
        close(found.within5, accuracyWithin(judged, 5));
        close(found.rank.pairwise, pairwiseAccuracy(judged, { leastGap: 0 }).pooled);
        close(found.rank.pairwiseMean, pairwiseAccuracy(judged, { leastGap: 0 }).meanOverTasks);
        close(found.rank.pairwiseApart, pairwiseAccuracy(judged, { leastGap: 0.05 }).pooled);
        close(
          found.rank.pairwiseApartMean,
          pairwiseAccuracy(judged, { leastGap: 0.05 }).meanOverTasks,
        );
        close(found.rank.spearman, spearman(judged));
        close(found.rank.peak1, peakAt(judged, 1));
        close(found.rank.peak5, peakAt(judged, 5));
        const whole = calibration(judged);
        expect(found.calibration).toEqual(whole);
        close(found.negativeLogLikelihood, whole?.negativeLogLikelihood as number);
        found.coverage.forEach(({ nominal, observed }, i) => {
          expect(nominal).toBe(whole?.coverage[i]?.nominal);
          expect(observed.value).toBeCloseTo(whole?.coverage[i]?.observed as number, 12);
        });
        expect(found.coverage).toHaveLength(4);
      }),
    );
  });

  it('should tell the same of each task', () => {
    fc.assert(
      fc.property(judgedArbitrary, (judged) => {
        const { perTask } = evaluateJudged(judged, { seed: 1, resamples: 0 });
        for (const task of perTask) {
          const own = judged.filter((one) => one.taskId === task.taskId);
          expect(task.programs).toBe(own.length);
          expect(task.mapePercent / (1 + mape(own))).toBeCloseTo(mape(own) / (1 + mape(own)), 9);
          expect(task.medianApePercent).toBe(medianApe(own));
          expect(task.pairwise).toEqual(orNull(pairwiseAccuracy(own, { leastGap: 0 }).pooled));
          expect(task.pairwiseApart).toEqual(
            orNull(pairwiseAccuracy(own, { leastGap: 0.05 }).pooled),
          );
          expect(task.spearman).toEqual(orNull(spearman(own)));
          expect(task.peak1).toBe(peakAt(own, 1));
          expect(task.bestLatencySeconds).toBe(Math.min(...own.map((one) => one.latencySeconds)));
        }
        expect(perTask.map((task) => task.taskId)).toEqual([
          ...new Set(judged.map((one) => one.taskId)),
        ]);
      }),
    );
  });

  it('should rank only tasks with enough programs, and say how many it leaves out', () => {
    const judged = drawnTasks([50, 48, 47, 3]);
    const { rank, programs, tasks } = evaluateJudged(judged, { seed: 1 });
    expect({ programs, tasks }).toEqual({ programs: 148, tasks: 4 });
    expect(rank).toMatchObject({
      leastRecords: 48,
      tasks: 2,
      programs: 98,
      leftOutTasks: 2,
      leftOutPrograms: 50,
    });
    expect(rank.pairwise?.value).toBe(
      pairwiseAccuracy(judged.slice(0, 98), { leastGap: 0 }).pooled,
    );
    expect(evaluateJudged(judged.slice(98), { seed: 1 }).rank.pairwise).toBeNull();
  });

  it('should give intervals around each figure, the same for the same seed', () => {
    const judged = drawnTasks(Array(20).fill(50));
    const found = evaluateJudged(judged, { seed: 4 });
    const { mapePercent, medianApePercent, within10, rank, coverage } = found;
    const { pairwise, pairwiseApart, spearman: correlation, peak1 } = rank;
    const estimates = [mapePercent, medianApePercent, within10, pairwise, pairwiseApart];
    for (const estimate of [...estimates, correlation, peak1, coverage[0]?.observed]) {
      expect(estimate?.low).toBeLessThan(estimate?.value as number);
      expect(estimate?.high).toBeGreaterThan(estimate?.value as number);
    }
    expect(evaluateJudged(judged, { seed: 4 })).toEqual(found);
  });

  it('should be plain data', () => {
    const found = evaluateJudged(drawnTasks([60, 60, 5]), { seed: 1 });
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it('should have no figures of nothing', () => {
    const found = evaluateJudged([], { seed: 1 });
    expect(found).toMatchObject({
      tasks: 0,
      programs: 0,
      mapePercent: null,
      medianApePercent: null,
      calibration: null,
      coverage: [],
      perTask: [],
    });
    expect(found.rank.peak1).toBeNull();
  });

  it('should have no calibration of a predictor without uncertainty', () => {
    const found = evaluateJudged(judgedTask('a', [1, 2], [1, 2]), { seed: 1 });
    expect(found.calibration).toBeNull();
    expect(found.coverage).toEqual([]);
    expect(found.negativeLogLikelihood).toBeNull();
    expect(found.mapePercent).toEqual({ value: 0, low: null, high: null });
  });
});
