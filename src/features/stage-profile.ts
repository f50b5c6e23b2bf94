/** What is the same for a stage in every schedule: accesses with shapes, and arithmetic. */
import {
  dtypeBytes,
  type Expression,
  type StageComputation,
  type Task,
  type TensorAccess,
} from '../program';
import { countOps, floatOps, type OpCount, opKinds } from './op-count';

export interface AccessProfile {
  readonly access: TensorAccess;
  readonly elementBytes: number;
  /**
   * For each axis of the stage, elements by which the address moves when the
   * axis steps by one, in the flattened tensor; 0 where it does not move.
   */
  readonly axisStrides: Float64Array;
  /** dimensions × axes, row-major: by how much each index grows when an axis steps by one. */
  readonly slopes: Float64Array;
  /** Extents of the tensor, outermost first. */
  readonly shape: Float64Array;
  readonly terms: IndexTerms;
  /** False where an index comes from memory. */
  readonly isAffine: boolean;
  /** Bit `axis % 32` is set for every axis that an index depends on. */
  readonly axisMask: number;
}

/**
 * The indices of an access that are sums of scaled axes: the terms of dimension d are those
 * from `first[d]` to `first[d + 1]`.
 */
export interface IndexTerms {
  readonly first: Int32Array;
  readonly axes: Int32Array;
  /** Absolute values. */
  readonly coefficients: Float64Array;
  /** Bit `axis % 32` is set for every axis that the dimension depends on. */
  readonly masks: Int32Array;
  /** 0 where the index is more than a sum: it has no terms here, and is measured by its own functions. */
  readonly isSum: Uint8Array;
}

export interface StageProfile {
  readonly accesses: readonly AccessProfile[];
  readonly ops: OpCount;
  /** In the order of `opKinds`. */
  readonly opCounts: Float64Array;
  readonly floatOps: number;
  /** Of one iteration, on the kind of numbers that it writes; a multiply-add is two. */
  readonly operations: number;
  readonly elementBytes: number;
  readonly isFloat: boolean;
  readonly isReduction: boolean;
  /** Moves data and computes nothing. */
  readonly isCopy: boolean;
  /** Some value hangs on a condition of the axes: padding. */
  readonly isPredicated: boolean;
  /** Some index comes from memory: what it reaches is known from above only. */
  readonly isGather: boolean;
  /** What it computes is unknown: an external function. */
  readonly isOpaque: boolean;
}

/** One task's profiles, made when first asked for. */
export function createStageProfiler(
  task: Task,
): (stage: StageComputation, accesses: readonly TensorAccess[]) => StageProfile {
  const tensors = new Map(task.tensors.map((tensor) => [tensor.name, tensor]));
  const known = new WeakMap<StageComputation, StageProfile>();
  return (stage, accesses) => {
    const cached = known.get(stage);
    if (cached !== undefined) return cached;
    const ops = countOps(stage);
    const profiles = accesses.map((access): AccessProfile => {
      const tensor = tensors.get(access.origin);
      const dimensionStrides = flattenedStrides(access.shape);
      const slopes = access.expressions.map((index) =>
        stage.axisNames.map((axis) => slope(index, axis)),
      );
      const axisStrides = Float64Array.from(stage.axisNames, (_, axis) =>
        slopes.reduce(
          (sum, ofIndex, i) => sum + (ofIndex[axis] as number) * (dimensionStrides[i] ?? 1),
          0,
        ),
      );
      return {
        access,
        elementBytes: dtypeBytes(tensor?.dtype ?? 'float32') ?? 4,
        axisStrides,
        slopes: Float64Array.from(slopes.flat()),
        shape: Float64Array.from(access.shape),
        terms: indexTerms(access),
        isAffine: access.indices.every((index) => index.isAffine),
        axisMask: access.indices.reduce((mask, index) => mask | index.axisMask, 0),
      };
    });
    const floats = floatOps(ops);
    const isFloat = (tensors.get(stage.origins[0] ?? '')?.dtype ?? 'float32').includes('float');
    const profile: StageProfile = {
      accesses: profiles,
      ops,
      opCounts: Float64Array.from(opKinds, (kind) => ops[kind]),
      floatOps: floats,
      operations: isFloat ? floats : floats + ops.integer,
      elementBytes: profiles[0]?.elementBytes ?? 4,
      isFloat,
      isReduction: stage.bodies.some((body) => body.kind === 'reduce'),
      isCopy: floats === 0 && ops.integer === 0 && ops.cast === 0,
      isPredicated: ops.select > 0,
      isGather: profiles.some((access) => !access.isAffine),
      isOpaque: stage.kind === 'opaque',
    };
    known.set(stage, profile);
    return profile;
  };
}

function indexTerms({ indices }: TensorAccess): IndexTerms {
  const axes = indices.map(({ affine }) => Array.from(affine?.axes ?? []));
  const coefficients = indices.flatMap(({ affine }) => Array.from(affine?.coefficients ?? []));
  const first = new Int32Array(indices.length + 1);
  axes.forEach((ofIndex, d) => {
    first[d + 1] = (first[d] as number) + ofIndex.length;
  });
  return {
    first,
    axes: Int32Array.from(axes.flat()),
    coefficients: Float64Array.from(coefficients),
    masks: Int32Array.from(indices, (index) => index.axisMask),
    isSum: Uint8Array.from(indices, (index) => Number(index.affine !== undefined)),
  };
}

function flattenedStrides(shape: readonly number[]): readonly number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) {
    strides[i] = (strides[i + 1] as number) * (shape[i + 1] as number);
  }
  return strides;
}

/** By how much an index grows with an axis; of quotients and remainders the common case. */
function slope(node: Expression, axis: string): number {
  switch (node.kind) {
    case 'axis':
      return node.name === axis ? 1 : 0;
    case 'cast':
      return slope(node.operands[0] as Expression, axis);
    case 'select':
      return slope(node.operands[1] as Expression, axis);
    case 'binary': {
      const [left, right] = node.operands as readonly [Expression, Expression];
      switch (node.operator) {
        case 'add':
          return slope(left, axis) + slope(right, axis);
        case 'sub':
          return slope(left, axis) - slope(right, axis);
        case 'mul':
          if (right.kind === 'constant') return slope(left, axis) * right.value;
          if (left.kind === 'constant') return slope(right, axis) * left.value;
          return 0;
        case 'floordiv':
        case 'truncdiv': {
          // A step that is no multiple of the divisor mostly stays in the same quotient.
          const inner = slope(left, axis);
          if (right.kind !== 'constant' || right.value === 0) return 0;
          return inner % right.value === 0 ? inner / right.value : 0;
        }
        case 'floormod':
        case 'truncmod': {
          const inner = slope(left, axis);
          if (right.kind !== 'constant' || right.value === 0) return inner;
          return inner % right.value;
        }
        default:
          return slope(left, axis) + slope(right, axis);
      }
    }
    default:
      return 0;
  }
}
