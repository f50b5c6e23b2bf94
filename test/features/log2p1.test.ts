import { log2p1 } from '../../src/features/log2p1';

describe('log2p1()', () => {
  it.each([0, 1e-9, 0.3, 1, 2, 3, 1000.5, 4095, 4096, 1e6 + 0.1, 2 ** 40 - 1, 1e15, 1e300])(
    'is the logarithm of 1 + %d',
    (value) => {
      expect(Math.abs(log2p1(value) - Math.log2(1 + value))).toBeLessThan(2e-7);
    },
  );

  it('is exact for what ends on a power of two', () => {
    expect([1, 3, 7, 1023, 2 ** 40 - 1].map(log2p1)).toEqual([1, 2, 3, 10, 40]);
  });

  it('is zero for what is not above zero', () => {
    expect([-1, -0, Number.NaN].map(log2p1)).toEqual([0, 0, 0]);
  });
});
