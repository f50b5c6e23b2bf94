import { createRng } from '../../src/base';
import { fitEstimateSlope, logBase } from '../../src/model';

describe('logBase()', () => {
  it('should be the estimate at slope 1 and the reference at slope 0', () => {
    const analytical = { logEstimate: -3, logReference: -5 };
    expect(logBase(1, analytical)).toBe(-3);
    expect(logBase(0, analytical)).toBe(-5);
    expect(logBase(0.5, analytical)).toBe(-4);
  });
});

describe('fitEstimateSlope()', () => {
  const rng = createRng(1);
  const points = (count: number, slope: number, taskId: string, level: number) =>
    Array.from({ length: count }, () => {
      const x = rng.nextNormal();
      return { logEstimate: level + x, logLatency: 9 * level + slope * x, taskId };
    });

  it('should find the slope within the tasks, whatever their levels', () => {
    const all = [...points(300, 0.6, 'a', -10), ...points(300, 0.6, 'b', -3)];
    expect(fitEstimateSlope(all)).toBeCloseTo(0.6, 2);
  });

  it('should believe the estimate where there is nothing to fit', () => {
    expect(fitEstimateSlope([])).toBe(1);
    expect(fitEstimateSlope(points(1, 5, 'a', -2))).toBe(1);
    expect(fitEstimateSlope(points(3, 0, 'a', -2))).toBeGreaterThan(0.2);
  });

  it('should stay in bounds', () => {
    expect(fitEstimateSlope(points(500, -3, 'a', 0))).toBe(0.2);
    expect(fitEstimateSlope(points(500, 3, 'a', 0))).toBe(1.2);
  });
});
