import type { Expression } from '../../src/program';
import { compileIndex } from '../../src/program/index-span';

const axis = (name: string): Expression => ({ kind: 'axis', name, dtype: 'int32' });
const constant = (value: number): Expression => ({ kind: 'constant', value, dtype: 'int32' });
const binary = (
  operator: 'add' | 'mul' | 'floordiv',
  a: Expression,
  b: Expression,
): Expression => ({
  kind: 'binary',
  operator,
  operands: [a, b],
  dtype: 'int32',
});

describe('compileIndex()', () => {
  const names = ['h', 'w', 'rh'];

  it('gives a strided window as columns: h * 2 + rh - 1', () => {
    const window = binary('add', binary('mul', axis('h'), constant(2)), axis('rh'));
    const index = compileIndex(binary('add', window, constant(-1)), names);
    expect(Array.from(index.affine?.axes ?? [])).toEqual([0, 2]);
    expect(Array.from(index.affine?.coefficients ?? [])).toEqual([2, 1]);
    expect(index.axisMask).toBe(0b101);
    // Four positions of h and three of rh reach from 0 to 2 * 3 + 2.
    const spans = Float64Array.of(4, 7, 3);
    expect([index.count(spans, 0), index.width(spans, 0)]).toEqual([2 * 3 + 2 + 1, 2 * 3 + 2]);
  });

  it('says of a quotient that it is no sum, and on which axes it depends', () => {
    const index = compileIndex(binary('floordiv', axis('w'), constant(4)), names);
    expect([index.affine, index.isAffine, index.axisMask]).toEqual([undefined, true, 0b010]);
  });

  it('moves with no axis where the index is constant', () => {
    const index = compileIndex(constant(3), names);
    expect(index.affine).toEqual({ axes: new Int32Array(0), coefficients: new Float64Array(0) });
    expect(index.axisMask).toBe(0);
  });
});
