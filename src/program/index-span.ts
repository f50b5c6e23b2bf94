/**
 * How many values an index expression takes when each axis takes a given number
 * of consecutive values. Exact for sums of scaled axes that do not overlap, an
 * upper bound elsewhere.
 */
import type { Expression } from './expression';

/** Given the spans of the stage's axes from an offset: [distinct values, largest minus smallest]. */
export type IndexSpan = (spans: Float64Array, offset: number) => number;

interface Reach {
  readonly count: IndexSpan;
  readonly width: IndexSpan;
}

/** A sum of scaled axes and a constant, the constant left out: it moves no span. */
export interface AffineIndex {
  readonly axes: Int32Array;
  /** Absolute values, one for each axis. */
  readonly coefficients: Float64Array;
}

export interface CompiledIndex {
  /** Distinct values, at least 1. */
  readonly count: IndexSpan;
  /** Largest minus smallest value, at least count - 1. */
  readonly width: IndexSpan;
  /** False where a value comes from memory (a gather): the span is then a guess from above. */
  readonly isAffine: boolean;
  /** Where the index is no more than a sum: the same spans as `count` and `width`, as columns. */
  readonly affine: AffineIndex | undefined;
  /** Bit `axis % 32` is set for every axis that the spans depend on. */
  readonly axisMask: number;
}

export function compileIndex(expression: Expression, axisNames: readonly string[]): CompiledIndex {
  let isAffine = true;
  let axisMask = 0;
  const compile = (node: Expression): Reach => {
    switch (node.kind) {
      case 'constant':
        return still;
      case 'axis': {
        const axis = axisNames.indexOf(node.name);
        if (axis < 0) return still;
        axisMask |= 1 << axis;
        return {
          count: (spans, offset) => spans[offset + axis] as number,
          width: (spans, offset) => (spans[offset + axis] as number) - 1,
        };
      }
      case 'cast':
        return compile(node.operands[0] as Expression);
      case 'binary':
        return compileBinary(node.operator, node.operands, compile);
      case 'select':
        return widest(node.operands.slice(1).map(compile));
      case 'load':
        isAffine = false;
        return scattered(node.indices.map(compile));
      case 'compare':
      case 'logic':
        return { count: () => 2, width: () => 1 };
      default:
        isAffine = false;
        return scattered(node.operands.map(compile));
    }
  };
  const { count, width } = compile(expression);
  return { count, width, isAffine, affine: affineIndex(expression, axisNames), axisMask };
}

/** Undefined where the index is more than a sum of scaled axes and constants. */
function affineIndex(
  expression: Expression,
  axisNames: readonly string[],
): AffineIndex | undefined {
  const axes: number[] = [];
  const coefficients: number[] = [];
  const collect = (node: Expression): boolean => {
    if (node.kind === 'constant') return true;
    if (node.kind === 'cast') return collect(node.operands[0] as Expression);
    if (node.kind === 'binary' && (node.operator === 'add' || node.operator === 'sub')) {
      return node.operands.every(collect);
    }
    const [axis, factor] = scaledAxis(node);
    if (axis === undefined) return false;
    const index = axisNames.indexOf(axis);
    if (index >= 0 && factor !== 0) {
      axes.push(index);
      coefficients.push(Math.abs(factor));
    }
    return true;
  };
  if (!collect(expression)) return undefined;
  return { axes: Int32Array.from(axes), coefficients: Float64Array.from(coefficients) };
}

/** [name, factor] of an axis or of an axis times a constant. */
function scaledAxis(node: Expression): readonly [string | undefined, number] {
  if (node.kind === 'axis') return [node.name, 1];
  if (node.kind !== 'binary' || node.operator !== 'mul') return [undefined, 0];
  const [left, right] = node.operands as readonly [Expression, Expression];
  if (left.kind === 'axis' && right.kind === 'constant') return [left.name, right.value];
  if (right.kind === 'axis' && left.kind === 'constant') return [right.name, left.value];
  return [undefined, 0];
}

const still: Reach = { count: () => 1, width: () => 0 };

function compileBinary(
  operator: string,
  operands: readonly Expression[],
  compile: (node: Expression) => Reach,
): Reach {
  const [left, right] = operands as readonly [Expression, Expression];
  const constant = right.kind === 'constant' ? right.value : undefined;
  switch (operator) {
    case 'add':
    case 'sub':
      return sum(compile(left), compile(right));
    case 'mul': {
      if (constant !== undefined) return scaled(compile(left), Math.abs(constant));
      if (left.kind === 'constant') return scaled(compile(right), Math.abs(left.value));
      return scattered([compile(left), compile(right)]);
    }
    case 'floordiv':
    case 'truncdiv':
      if (constant === undefined || constant <= 0)
        return scattered([compile(left), compile(right)]);
      return divided(compile(left), constant);
    case 'floormod':
    case 'truncmod':
      if (constant === undefined || constant <= 0)
        return scattered([compile(left), compile(right)]);
      return wrapped(compile(left), constant);
    default:
      return widest([compile(left), compile(right)]);
  }
}

function sum(left: Reach, right: Reach): Reach {
  if (left === still) return right;
  if (right === still) return left;
  const width: IndexSpan = (s, o) => left.width(s, o) + right.width(s, o);
  return {
    count: (s, o) => Math.min(left.count(s, o) * right.count(s, o), width(s, o) + 1),
    width,
  };
}

function scaled(reach: Reach, factor: number): Reach {
  if (factor === 0) return still;
  return { count: reach.count, width: (s, o) => reach.width(s, o) * factor };
}

function divided(reach: Reach, divisor: number): Reach {
  const width: IndexSpan = (s, o) => Math.floor((reach.width(s, o) + divisor - 1) / divisor);
  // A run as long as the divisor starts on its border in TVM's tiles: one value, not two.
  const aligned: IndexSpan = (s, o) => Math.ceil((reach.width(s, o) + 1) / divisor) - 1;
  return {
    count: (s, o) => Math.min(reach.count(s, o), aligned(s, o) + 1),
    width: (s, o) => Math.min(width(s, o), aligned(s, o)),
  };
}

function wrapped(reach: Reach, modulus: number): Reach {
  return {
    count: (s, o) => Math.min(reach.count(s, o), modulus),
    width: (s, o) => Math.min(reach.width(s, o), modulus - 1),
  };
}

function widest(reaches: readonly Reach[]): Reach {
  const moving = reaches.filter((reach) => reach !== still);
  if (moving.length <= 1) return moving[0] ?? still;
  return {
    count: (s, o) => moving.reduce((most, reach) => Math.max(most, reach.count(s, o)), 1),
    width: (s, o) => moving.reduce((most, reach) => Math.max(most, reach.width(s, o)), 0),
  };
}

/** Values that are not in a row: as many as there are combinations, anywhere. */
function scattered(reaches: readonly Reach[]): Reach {
  const count: IndexSpan = (s, o) =>
    reaches.reduce((product, reach) => product * reach.count(s, o), 1);
  return { count, width: (s, o) => (count(s, o) > 1 ? Number.MAX_SAFE_INTEGER : 0) };
}
