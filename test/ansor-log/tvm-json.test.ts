import fc from 'fast-check';
import { printInteger, printNumber, printString, printTvmJson } from '../../src/ansor-log/tvm-json';

describe('printNumber()', () => {
  it.each<[number, string]>([
    [0, '0'],
    [-0, '0'],
    [1, '1'],
    [-1, '-1'],
    [0.25, '0.25'],
    [123456, '123456'],
    [1_000_000, '1e+06'],
    [1e10, '1e+10'],
    [1e100, '1e+100'],
    [2.70758e-6, '2.70758e-06'],
    [0.000123456, '0.000123456'],
    [0.0000123456, '1.23456e-05'],
    [1637575039, '1637575039'],
    [2.45793, '2.45793'],
    [0.1 + 0.2, '0.30000000000000004'],
  ])('should print %p as %s', (value, text) => {
    expect(printNumber(value)).toBe(text);
  });

  it('should read back as the same number, whatever it is', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(printNumber(value))).toBe(value + 0);
      }),
    );
  });

  it('should print a number of six digits as a C++ stream does', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100_000, max: 999_999 }),
        fc.integer({ min: -30, max: 20 }),
        (digits, exponent) => {
          const value = Number(`${digits}e${exponent}`);
          // Six digits at most, and the exponent's form where C++ has it.
          const text = printNumber(value);
          expect(text.replace(/e.*|[.]|^0[.]0*/g, '').replace(/^0+|0+$/g, '').length).toBeLessThan(
            7,
          );
          expect(text.includes('e')).toBe(exponent + 5 < -4 || exponent + 5 >= 6);
        },
      ),
    );
  });
});

describe('printTvmJson()', () => {
  it('should put a space after each comma and nowhere else', () => {
    expect(printTvmJson([['SP', 2, 0, 16, [1, -4], 1], [], ['PR', 'auto$64']])).toBe(
      '[["SP", 2, 0, 16, [1, -4], 1], [], ["PR", "auto$64"]]',
    );
  });

  it('should escape what a line cannot do without', () => {
    expect(printString('a "b" \\ \n\r\t é /')).toBe('"a \\"b\\" \\\\ \\n\\r\\t é /"');
  });

  it('should print integers without an exponent', () => {
    expect([1_637_575_039.9, -3, 0].map(printInteger)).toEqual(['1637575039', '-3', '0']);
  });
});
