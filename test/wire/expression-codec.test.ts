import fc from 'fast-check';
import type { Expression } from '../../src/program';
import {
  createNodeBudget,
  decodeExpression,
  encodeExpression,
} from '../../src/wire/expression-codec';
import { requestOverTheWire } from '../support/over-the-wire';

const dtype = fc.constantFrom('float32', 'int32', 'bool');
const name = fc.string({ minLength: 1, maxLength: 8 });

const { expression } = fc.letrec<{ expression: Expression }>((tie) => {
  const operands = (count: number) =>
    fc.array(tie('expression'), { minLength: count, maxLength: count });
  return {
    expression: fc.oneof(
      { maxDepth: 4 },
      fc.record({
        kind: fc.constant('constant' as const),
        value: fc.double({ noNaN: true }),
        dtype,
      }),
      fc.record({ kind: fc.constant('axis' as const), name, dtype }),
      fc.record({
        kind: fc.constant('load' as const),
        tensor: name,
        indices: fc.array(tie('expression'), { maxLength: 3 }),
        dtype,
      }),
      fc.record({
        kind: fc.constant('binary' as const),
        operator: fc.constantFrom('add' as const, 'floormod' as const, 'max' as const),
        operands: operands(2),
        dtype,
      }),
      fc.record({
        kind: fc.constant('compare' as const),
        operator: fc.constantFrom('lt' as const, 'ne' as const),
        operands: operands(2),
        dtype,
      }),
      fc.record({
        kind: fc.constant('logic' as const),
        operator: fc.constant('not' as const),
        operands: operands(1),
        dtype,
      }),
      fc.record({ kind: fc.constant('select' as const), operands: operands(3), dtype }),
      fc.record({ kind: fc.constant('cast' as const), operands: operands(1), dtype }),
      fc.record({ kind: fc.constant('call' as const), name, operands: operands(2), dtype }),
      fc.record({
        kind: fc.constant('reduce' as const),
        combiner: fc.constantFrom('sum', 'other'),
        operands: operands(1),
        dtype,
      }),
    ),
  };
});

describe('encodeExpression() and decodeExpression()', () => {
  it('should be inverse through the bytes, for every kind of node', () => {
    fc.assert(
      fc.property(expression, (original) => {
        const request = { task: { stages: [{ bodies: [encodeExpression(original)] }] } };
        const body = requestOverTheWire('RegisterTask', request).task?.stages[0]?.bodies[0];
        if (body === undefined) throw new Error('the expression was lost on the wire');
        expect(decodeExpression('body', body, createNodeBudget())).toEqual(original);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
