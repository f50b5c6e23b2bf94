import fc from 'fast-check';
import { Code } from '../../src/errors';
import { decodeWeights, encodeWeights, sha256 } from '../../src/tensor';
import { expectError } from '../support/expect-error';

const weights = [
  { name: 'a.weight', shape: [2, 3], values: Float32Array.of(1, -2, 0.5, 1e-30, 3e8, -0) },
  { name: 'a.bias', shape: [1], values: Float32Array.of(7) },
];
const specs = weights.map(({ name, shape }) => ({ name, shape }));
const bits = (values: Float32Array) => Array.from(new Uint32Array(values.buffer.slice(0)));

describe('encodeWeights() and decodeWeights()', () => {
  it('should give every bit back, in the order that is asked for', () => {
    const [bias, weight] = decodeWeights(encodeWeights(weights), [...specs].reverse());
    expect(bias).toEqual(weights[1]);
    expect(bits(weight?.values as Float32Array)).toEqual(bits(weights[0]?.values as Float32Array));
  });

  it('should write safetensors: header length, header, little-endian numbers', () => {
    const bytes = encodeWeights([{ name: 'x', shape: [2], values: Float32Array.of(1, 2) }]);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString())).toEqual({
      x: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    });
    expect(Array.from(bytes.subarray(8 + length))).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]);
  });

  it('should read bytes that start anywhere in their buffer', () => {
    const bytes = encodeWeights(weights);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeWeights(shifted.subarray(3), specs)).toEqual(decodeWeights(bytes, specs));
  });

  it.each([
    ['a missing weight', [...specs, { name: 'b', shape: [1] }], /"b" is missing/],
    ['a weight too many', specs.slice(0, 1), /"a.bias" has no place/],
    [
      'another shape',
      [{ name: 'a.weight', shape: [3, 2] }, specs[1] as (typeof specs)[0]],
      /"a.weight" has shape \[2,3\]; it must be \[3,2\]/,
    ],
  ])('should refuse %s', async (_, asked, message) => {
    await expectError(
      () => decodeWeights(encodeWeights(weights), asked),
      Code.InvalidArgument,
      message,
    );
  });

  it('should refuse a number that is not finite', async () => {
    const bytes = encodeWeights([{ name: 'x', shape: [1], values: Float32Array.of(Number.NaN) }]);
    await expectError(
      () => decodeWeights(bytes, [{ name: 'x', shape: [1] }]),
      Code.InvalidArgument,
      /"x" holds NaN at 0/,
    );
  });

  it('should refuse what is cut off anywhere, and never fail otherwise', async () => {
    const bytes = encodeWeights(weights);
    for (let length = 0; length < bytes.length; length++) {
      await expectError(
        () => decodeWeights(bytes.subarray(0, length), specs),
        Code.InvalidArgument,
        /^weights: /,
      );
    }
  });

  it('should meet garbage with INVALID_ARGUMENT', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (garbage) =>
        expectError(() => decodeWeights(garbage, specs), Code.InvalidArgument, /^weights: /),
      ),
      { numRuns: 200 },
    );
  });
});

describe('sha256()', () => {
  it('should agree with the standard', () => {
    // FIPS 180-2, appendix B.1.
    expect(sha256(Buffer.from('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});
