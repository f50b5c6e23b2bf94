import { createRng } from '../../src/base';
import { type Calibration, calibration, type Judged } from '../../src/metrics';
import { errorFunction } from '../../src/metrics/error-function';
import { judgedTask } from './sample-judged';

/** Measurements that are as uncertain as is said, times `factor`. */
function drawn(count: number, factor: number): readonly Judged[] {
  const rng = createRng(11);
  return Array.from({ length: count }, () => {
    const logStandardDeviation = 0.1 + 0.4 * rng.next();
    const error = factor * logStandardDeviation * rng.nextNormal();
    const latencySeconds = 1e-3 * Math.exp(error);
    return { taskId: 'a', latencySeconds, predictedSeconds: 1e-3, logStandardDeviation };
  });
}

describe('errorFunction', () => {
  it('should be erf', () => {
    // Abramowitz and Stegun, table 7.1.
    expect(errorFunction(0)).toBeCloseTo(0, 6);
    expect(errorFunction(0.5)).toBeCloseTo(0.5204998778, 6);
    expect(errorFunction(1)).toBeCloseTo(0.8427007929, 6);
    expect(errorFunction(2)).toBeCloseTo(0.995322265, 6);
    expect(errorFunction(Number.POSITIVE_INFINITY)).toBe(1);
  });
});

describe('calibration', () => {
  it('should count what each central interval holds', () => {
    // 0, 1, 1.5 and 3 deviations off: 50 % is 0.674 deviations, 80 % 1.282, 90 % 1.645.
    const errors = [0, 1, -1.5, 3];
    const judged = judgedTask(
      'a',
      errors.map((error) => Math.exp(error * 0.2)),
      [1, 1, 1, 1],
      [0.2, 0.2, 0.2, 0.2],
    );
    const found = calibration(judged) as Calibration;
    expect(found.coverage).toEqual([
      { nominal: 0.5, observed: 1 / 4 },
      { nominal: 0.8, observed: 2 / 4 },
      { nominal: 0.9, observed: 3 / 4 },
      { nominal: 0.95, observed: 3 / 4 },
    ]);
    const squares = errors.reduce((sum, error) => sum + error * error, 0) / 4;
    expect(found.negativeLogLikelihood).toBeCloseTo(
      Math.log(0.2) + (squares + Math.log(2 * Math.PI)) / 2,
      10,
    );
    expect(found.bins).toHaveLength(4);
  });

  it('should find a right uncertainty right', () => {
    const found = calibration(drawn(20_000, 1)) as Calibration;
    for (const { nominal, observed } of [...found.coverage, ...found.reliability]) {
      expect(Math.abs(observed - nominal)).toBeLessThan(0.02);
    }
    expect(found.reliability.map(({ nominal }) => nominal)).toHaveLength(19);
    expect(found.reliabilityError).toBeLessThan(0.01);
    for (const { predicted, observed, count } of found.bins) {
      expect(count).toBe(2000);
      expect(observed / predicted).toBeCloseTo(1, 1);
    }
    const predicted = found.bins.map((bin) => bin.predicted);
    expect(predicted).toEqual([...predicted].sort((a, b) => a - b));
  });

  it('should find who is too sure, and too unsure', () => {
    const right = calibration(drawn(5000, 1)) as Calibration;
    const tooSure = calibration(drawn(5000, 2)) as Calibration;
    const tooUnsure = calibration(drawn(5000, 0.5)) as Calibration;
    const at90 = (found: Calibration) => found.coverage[2]?.observed as number;
    // Within 1.645 / 2 and 1.645 × 2 deviations.
    expect(at90(tooSure)).toBeCloseTo(0.589, 1);
    expect(at90(tooUnsure)).toBeCloseTo(0.999, 2);
    expect(tooSure.reliabilityError).toBeGreaterThan(right.reliabilityError);
    expect(tooSure.negativeLogLikelihood).toBeGreaterThan(right.negativeLogLikelihood);
    expect(tooSure.bins[0]?.observed).toBeGreaterThan(1.8 * (tooSure.bins[0]?.predicted as number));
  });

  it('should say nothing of a predictor that tells no uncertainty', () => {
    expect(calibration(judgedTask('a', [1, 2], [1, 2], [0.1, 0]))).toBeNull();
    expect(calibration([])).toBeNull();
  });
});
