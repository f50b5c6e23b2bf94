import { countOps } from '../../src/features/op-count';
import type { Expression, StageComputation } from '../../src/program';

const dtype = 'float32';
const x: Expression = { kind: 'load', tensor: 'x', indices: [], dtype };

function constant(value: number): Expression {
  return { kind: 'constant', value, dtype };
}

function binary(operator: 'add' | 'sub' | 'mul' | 'div', ...operands: Expression[]): Expression {
  return { kind: 'binary', operator, operands, dtype };
}

function sum(operand: Expression): Expression {
  return { kind: 'reduce', combiner: 'sum', operands: [operand], dtype };
}

function nonZeroOps(...bodies: Expression[]): Record<string, number> {
  const ops = countOps({ bodies } as unknown as StageComputation);
  return Object.fromEntries(Object.entries(ops).filter(([, count]) => count !== 0));
}

describe('countOps()', () => {
  it('counts a summed product as one multiply-add', () => {
    expect(nonZeroOps(sum(binary('mul', x, x)))).toEqual({ floatMultiplyAdd: 1 });
  });

  it('counts nothing for operations with a neutral element', () => {
    const kept = binary(
      'div',
      binary('sub', binary('add', constant(0), x), constant(0)),
      constant(1),
    );
    expect(nonZeroOps(binary('mul', kept, constant(1)))).toEqual({});
    expect(nonZeroOps(sum(binary('mul', binary('mul', x, constant(1)), constant(1))))).toEqual({
      floatAdd: 1,
    });
  });

  it('counts padding of a padded tensor as one selection', () => {
    const isInside: Expression = { kind: 'logic', operator: 'not', operands: [x], dtype: 'bool' };
    const pad = (value: Expression, fill: number): Expression => ({
      kind: 'select',
      operands: [isInside, value, constant(fill)],
      dtype,
    });
    expect(nonZeroOps(pad(pad(x, 0), 0))).toEqual({ select: 1, logic: 3 });
    expect(nonZeroOps(pad(pad(x, 0), 1))).toEqual({ select: 2, logic: 2 });
  });

  it('counts a division by a constant as a multiplication', () => {
    const window: Expression = { kind: 'cast', operands: [constant(7)], dtype };
    expect(nonZeroOps(binary('div', x, binary('mul', window, window)))).toEqual({
      floatMultiply: 1,
    });
    expect(nonZeroOps(binary('div', x, x))).toEqual({ floatDivide: 1 });
  });
});
