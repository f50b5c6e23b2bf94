/** How far two numbers may be apart: absolute + relative x |expected|. */
export interface Tolerance {
  readonly absolute?: number;
  readonly relative?: number;
}

declare global {
  namespace jest {
    interface Matchers<R> {
      /** Element by element; takes typed arrays of any realm. */
      toBeAllclose(expected: ArrayLike<number>, tolerance?: Tolerance): R;
    }
  }
}

expect.extend({
  toBeAllclose(
    received: ArrayLike<number>,
    expected: ArrayLike<number>,
    { absolute = 1e-6, relative = 1e-5 }: Tolerance = {},
  ) {
    const actual = Array.from(received);
    const wanted = Array.from(expected);
    // Written so that NaN is never close.
    const far = wanted.findIndex((value, i) => {
      const difference = Math.abs((actual[i] ?? Number.NaN) - value);
      return !(difference <= absolute + relative * Math.abs(value));
    });
    const pass = actual.length === wanted.length && far < 0;
    const message = () =>
      actual.length !== wanted.length
        ? `${actual.length} numbers, expected ${wanted.length}`
        : pass
          ? 'expected the numbers not to be close'
          : `at ${far}: ${actual[far]}, expected ${wanted[far]}`;
    return { pass, message };
  },
});
