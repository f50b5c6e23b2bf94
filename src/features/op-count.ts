/**
 * Operations of one iteration of a leaf, by kind; arithmetic of the indices of loads is a kind of
 * its own. What TVM simplifies away does not count: multiplying by 1, adding 0; dividing floats by
 * a constant multiplies.
 */
import { type Expression, operandsOf, type StageComputation } from '../program';

export interface OpCount {
  /** Multiplications whose result is summed up: one instruction on most devices. */
  readonly floatMultiplyAdd: number;
  readonly floatAdd: number;
  readonly floatMultiply: number;
  readonly floatDivide: number;
  /** min, max and comparisons. */
  readonly floatCompare: number;
  /** exp, tanh, rsqrt, ... */
  readonly mathFunction: number;
  readonly integer: number;
  readonly logic: number;
  readonly select: number;
  /** Of these, the ones whose condition hangs on axes alone: padding. */
  readonly predicate: number;
  readonly cast: number;
  /** Arithmetic of the indices of loads. */
  readonly index: number;
}

type MutableOpCount = { -readonly [K in keyof OpCount]: number };

/** A body that computes nothing; its keys are the kinds, in the order of the features. */
export const noOps: OpCount = Object.freeze({
  floatMultiplyAdd: 0,
  floatAdd: 0,
  floatMultiply: 0,
  floatDivide: 0,
  floatCompare: 0,
  mathFunction: 0,
  integer: 0,
  logic: 0,
  select: 0,
  predicate: 0,
  cast: 0,
  index: 0,
});

export const opKinds = Object.freeze(Object.keys(noOps)) as readonly (keyof OpCount)[];

export function countOps(stage: StageComputation): OpCount {
  const ops: MutableOpCount = { ...noOps };
  for (const body of stage.bodies) countNode(body, ops);
  return ops;
}

/** Float operations of one iteration; a multiply-add is two. */
export function floatOps(ops: OpCount): number {
  return (
    2 * ops.floatMultiplyAdd +
    ops.floatAdd +
    ops.floatMultiply +
    ops.floatDivide +
    ops.floatCompare +
    ops.mathFunction
  );
}

function countNode(expression: Expression, ops: MutableOpCount): void {
  const node = significant(expression);
  if (isAnyConstant(node)) return;
  switch (node.kind) {
    case 'constant':
    case 'axis':
      return;
    case 'load':
      for (const index of node.indices) ops.index += binaries(index);
      return;
    case 'reduce':
      countReduction(node, ops);
      return;
    case 'binary':
      countBinary(node, ops);
      break;
    case 'compare':
      if (node.operands.some((operand) => isFloat(operand.dtype))) ops.floatCompare += 1;
      else ops.logic += 1;
      break;
    case 'logic':
      ops.logic += 1;
      break;
    case 'select':
      ops.select += 1;
      if (!loads(node.operands[0] as Expression)) ops.predicate += 1;
      break;
    case 'cast':
      ops.cast += 1;
      break;
    case 'call':
      ops.mathFunction += 1;
      break;
  }
  for (const operand of node.operands) countNode(operand, ops);
}

function countReduction(node: Extract<Expression, { kind: 'reduce' }>, ops: MutableOpCount): void {
  const [operand] = node.operands;
  const source = operand === undefined ? undefined : significant(operand);
  const adds = node.combiner === 'sum';
  if (!isFloat(node.dtype)) {
    ops.integer += 1;
  } else if (adds && source?.kind === 'binary' && source.operator === 'mul') {
    ops.floatMultiplyAdd += 1;
    for (const factor of source.operands) countNode(factor, ops);
    return;
  } else if (adds) {
    ops.floatAdd += 1;
  } else if (node.combiner === 'prod') {
    ops.floatMultiply += 1;
  } else {
    ops.floatCompare += 1;
  }
  for (const operand of node.operands) countNode(operand, ops);
}

function countBinary(
  { operator, operands, dtype }: Extract<Expression, { kind: 'binary' }>,
  ops: MutableOpCount,
): void {
  const isByConstant = operands[1] !== undefined && isAnyConstant(operands[1]);
  if (!isFloat(dtype)) ops.integer += 1;
  else if (operator === 'add' || operator === 'sub') ops.floatAdd += 1;
  else if (operator === 'mul' || (operator === 'div' && isByConstant)) ops.floatMultiply += 1;
  else if (operator === 'min' || operator === 'max') ops.floatCompare += 1;
  else ops.floatDivide += 1;
}

/** What is left of a node once its top is simplified as far as operations go. */
function significant(node: Expression): Expression {
  if (node.kind === 'select') return joinedSelect(node);
  if (node.kind !== 'binary') return node;
  const [left, right] = node.operands.map(significant) as [Expression, Expression];
  switch (node.operator) {
    case 'mul':
      if (isConstant(left, 1)) return right;
      return isConstant(right, 1) ? left : node;
    case 'add':
      if (isConstant(left, 0)) return right;
      return isConstant(right, 0) ? left : node;
    case 'div':
      return isConstant(right, 1) ? left : node;
    case 'sub':
      return isConstant(right, 0) ? left : node;
    default:
      return node;
  }
}

/** Padding of what is itself padded: one selection under both conditions. */
function joinedSelect(node: Extract<Expression, { kind: 'select' }>): Expression {
  const [condition, chosen, otherwise] = node.operands as [Expression, Expression, Expression];
  const inner = significant(chosen);
  if (inner.kind !== 'select') return node;
  const [innerCondition, innerChosen, innerOtherwise] = inner.operands as typeof node.operands &
    [Expression, Expression, Expression];
  if (JSON.stringify(innerOtherwise) !== JSON.stringify(otherwise)) return node;
  const both: Expression = {
    kind: 'logic',
    operator: 'and',
    operands: [condition, innerCondition],
    dtype: 'bool',
  };
  return { ...node, operands: [both, innerChosen, otherwise] };
}

/** Known before the program runs, so that nothing is left to compute. */
function isAnyConstant(node: Expression): boolean {
  if (node.kind === 'cast' || node.kind === 'binary') return node.operands.every(isAnyConstant);
  return node.kind === 'constant';
}

function isConstant(node: Expression, value: number): boolean {
  return node.kind === 'constant' && node.value === value;
}

function binaries(node: Expression): number {
  const own = node.kind === 'binary' ? 1 : 0;
  return operandsOf(node).reduce((sum, operand) => sum + binaries(operand), own);
}

function loads(node: Expression): boolean {
  return node.kind === 'load' || operandsOf(node).some(loads);
}

function isFloat(dtype: string): boolean {
  return dtype.includes('float');
}
