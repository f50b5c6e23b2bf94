import { lloyd } from '../../src/sampling/lloyd';

const limits = { mostIterations: 100, tolerance: 0 };

describe('lloyd', () => {
  it('should put an empty cluster at the point that is farthest from its centre', () => {
    const points = Float32Array.from([0, 1, 2, 3, 50]);
    // Nothing is nearest to 1000: the second cluster starts empty.
    const { centres, sizes } = lloyd(points, 1, Float32Array.from([1, 1000]), limits);
    expect([...sizes]).toEqual([4, 1]);
    expect([...centres]).toEqual([(0 + 1 + 2 + 3) / 4, 50]);
  });

  it('should fill several empty clusters at once', () => {
    const points = Float32Array.from([0, 1, 20, 40]);
    const start = Float32Array.from([0, 1000, 2000]);
    const { sizes, centres, inertia } = lloyd(points, 1, start, limits);
    expect([...sizes]).toEqual([2, 1, 1]);
    expect([...centres]).toEqual([0.5, 40, 20]);
    expect(inertia).toBeCloseTo(2 * 0.25, 6);
  });

  it('should end after the iterations that it is given', () => {
    const points = Float32Array.from({ length: 100 }, (_, i) => i * i);
    const start = Float32Array.from([0, 1, 2]);
    expect(lloyd(points, 1, start, { ...limits, mostIterations: 2 }).iterations).toBe(2);
    expect(lloyd(points, 1, start, limits).iterations).toBeGreaterThan(2);
  });
});
