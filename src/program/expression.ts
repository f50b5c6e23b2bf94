/**
 * The arithmetic of a stage as a small tree, the same whether it came structured
 * over the wire or was parsed from the DAG text.
 */

export type BinaryOperator =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'floordiv'
  | 'floormod'
  | 'truncdiv'
  | 'truncmod'
  | 'min'
  | 'max';
export type CompareOperator = 'lt' | 'le' | 'gt' | 'ge' | 'eq' | 'ne';
export type LogicOperator = 'and' | 'or' | 'not';

export type Expression =
  | { readonly kind: 'constant'; readonly value: number; readonly dtype: string }
  | { readonly kind: 'axis'; readonly name: string; readonly dtype: string }
  | {
      readonly kind: 'load';
      readonly tensor: string;
      readonly indices: readonly Expression[];
      readonly dtype: string;
    }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly operands: readonly Expression[];
      readonly dtype: string;
    }
  | {
      readonly kind: 'compare';
      readonly operator: CompareOperator;
      readonly operands: readonly Expression[];
      readonly dtype: string;
    }
  | {
      readonly kind: 'logic';
      readonly operator: LogicOperator;
      readonly operands: readonly Expression[];
      readonly dtype: string;
    }
  /** Condition, value if true, value if false: TVM's `select` and `if_then_else`. */
  | { readonly kind: 'select'; readonly operands: readonly Expression[]; readonly dtype: string }
  | { readonly kind: 'cast'; readonly operands: readonly Expression[]; readonly dtype: string }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly operands: readonly Expression[];
      readonly dtype: string;
    }
  | {
      readonly kind: 'reduce';
      /** sum, prod, max, min, or `other` for a combiner that has no name (argmax). */
      readonly combiner: string;
      readonly operands: readonly Expression[];
      readonly dtype: string;
    };

/** Every operand, indices of a load included; in order. */
export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'constant':
    case 'axis':
      return [];
    case 'load':
      return expression.indices;
    default:
      return expression.operands;
  }
}
