import { medianOf, NoiseFloorMeter } from '../../src/dataset';

describe('NoiseFloorMeter', () => {
  it('should set the second measurement against the first', () => {
    const meter = new NoiseFloorMeter();
    meter.add(1, 100e-6, 10);
    meter.add(2, 200e-6, 11);
    meter.add(3, 300e-6, 12);
    meter.add(1, 104e-6, 20);
    meter.add(2, 190e-6, 21);
    const { pairs, medianPercent, meanPercent } = meter.result();
    expect(pairs).toBe(2);
    expect(medianPercent).toBeCloseTo((4 + 5) / 2, 9);
    expect(meanPercent).toBeCloseTo((4 + 5) / 2, 9);
  });

  it('should go by when it was measured, and not count a third time', () => {
    const meter = new NoiseFloorMeter();
    meter.add(1, 300, 3);
    meter.add(1, 110, 2);
    meter.add(1, 100, 1);
    expect(meter.result().pairs).toBe(1);
    expect(meter.result().medianPercent).toBeCloseTo(10, 9);
  });

  it('should have no floor without pairs', () => {
    const meter = new NoiseFloorMeter();
    meter.add(1, 1, 1);
    expect(meter.result()).toEqual({ pairs: 0, medianPercent: null, meanPercent: null });
  });
});

describe('medianOf()', () => {
  it.each([
    [[], null],
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 2, 9], (2 + 4) / 2],
  ])('should be in the middle of %j', (values, expected) => {
    expect(medianOf(values)).toBe(expected);
  });
});
