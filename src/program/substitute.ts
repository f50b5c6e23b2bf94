/** Rewriting of expression trees: axes by expressions, loads by whatever the caller says. */
import { invalidArgument } from '../errors';
import type { Expression } from './expression';
import { limits } from './limits';

type Load = Extract<Expression, { kind: 'load' }>;

export interface Substitution {
  /** Replacement of an axis; undefined keeps it. */
  readonly axis: (name: string) => Expression | undefined;
  /** Replacement of a load whose indices are already substituted; undefined keeps it. */
  readonly load: (load: Load) => Expression | undefined;
}

/**
 * A copy with everything substituted. Throws INVALID_ARGUMENT where the result
 * would exceed the bound on nodes: chains of inlined stages may grow exponentially.
 */
export function substitute(expression: Expression, substitution: Substitution): Expression {
  let nodes = 0;
  const rewrite = (node: Expression): Expression => {
    nodes += 1;
    if (nodes > limits.maxExpressionNodes) {
      throw invalidArgument(
        `compute_dag: a stage has more than ${limits.maxExpressionNodes} operations after inlining`,
      );
    }
    switch (node.kind) {
      case 'constant':
        return node;
      case 'axis':
        return substitution.axis(node.name) ?? node;
      case 'load': {
        const load: Load = { ...node, indices: node.indices.map(rewrite) };
        const replaced = substitution.load(load);
        if (replaced !== undefined) nodes += countNodes(replaced);
        return replaced ?? load;
      }
      default:
        return { ...node, operands: node.operands.map(rewrite) };
    }
  };
  return rewrite(expression);
}

export function countNodes(expression: Expression): number {
  let count = 0;
  visit(expression, () => {
    count += 1;
  });
  return count;
}

/** Pre-order, indices of loads included. */
export function visit(expression: Expression, visitor: (node: Expression) => void): void {
  visitor(expression);
  switch (expression.kind) {
    case 'constant':
    case 'axis':
      return;
    case 'load':
      for (const index of expression.indices) visit(index, visitor);
      return;
    default:
      for (const operand of expression.operands) visit(operand, visitor);
  }
}
