import { invalidArgument } from '../errors';
import {
  type BinaryOperator,
  type CompareOperator,
  type Expression,
  type LogicOperator,
  operandsOf,
} from '../program';
import type { ExpressionInput, Expression as ExpressionMessage } from './gen/cdmpp/v1/Expression';
import { MAX_EXPRESSION_DEPTH, MAX_STAGE_NODES } from './limits';

const BINARY_OPERATORS = Object.freeze([
  'add',
  'sub',
  'mul',
  'div',
  'floordiv',
  'floormod',
  'truncdiv',
  'truncmod',
  'min',
  'max',
] as const) satisfies readonly BinaryOperator[];
const COMPARE_OPERATORS = Object.freeze([
  'lt',
  'le',
  'gt',
  'ge',
  'eq',
  'ne',
] as const) satisfies readonly CompareOperator[];
const LOGIC_OPERATORS = Object.freeze([
  'and',
  'or',
  'not',
] as const) satisfies readonly LogicOperator[];

/** Nodes of one stage seen so far; shared by all of its bodies. */
export interface NodeBudget {
  remaining: number;
}

export function createNodeBudget(): NodeBudget {
  return { remaining: MAX_STAGE_NODES };
}

/**
 * Checks kind, operator, number of operands, depth and size; INVALID_ARGUMENT
 * with `field` in front. What names and types mean is the task's to check.
 */
export function decodeExpression(
  field: string,
  message: ExpressionMessage,
  budget: NodeBudget,
  depth = 1,
): Expression {
  if (depth > MAX_EXPRESSION_DEPTH) {
    throw invalidArgument(
      `${field} is deeper than ${MAX_EXPRESSION_DEPTH} levels; at most ${MAX_EXPRESSION_DEPTH} are allowed`,
    );
  }
  budget.remaining -= 1;
  if (budget.remaining < 0) {
    throw invalidArgument(
      `${field} brings the stage above ${MAX_STAGE_NODES} nodes; at most ${MAX_STAGE_NODES} are allowed`,
    );
  }
  const operands = message.operands.map((operand) =>
    decodeExpression(field, operand, budget, depth + 1),
  );
  return Object.freeze(createNode(field, message, Object.freeze(operands)));
}

function createNode(
  field: string,
  message: ExpressionMessage,
  operands: readonly Expression[],
): Expression {
  const { kind, name, dtype, value } = message;
  const expectOperands = (least: number, most = least): void => {
    if (operands.length >= least && operands.length <= most) return;
    const bound = least === most ? `exactly ${least}` : `${least} to ${most}`;
    throw invalidArgument(
      `${field}: ${kind} ${name} has ${operands.length} operands; ${bound} are required`,
    );
  };
  switch (kind) {
    case 'EXPRESSION_KIND_CONSTANT':
      expectOperands(0);
      return { kind: 'constant', value, dtype };
    case 'EXPRESSION_KIND_AXIS':
      expectOperands(0);
      return { kind: 'axis', name, dtype };
    case 'EXPRESSION_KIND_LOAD':
      return { kind: 'load', tensor: name, indices: operands, dtype };
    case 'EXPRESSION_KIND_BINARY':
      expectOperands(2);
      return { kind: 'binary', operator: oneOf(field, name, BINARY_OPERATORS), operands, dtype };
    case 'EXPRESSION_KIND_COMPARE':
      expectOperands(2);
      return { kind: 'compare', operator: oneOf(field, name, COMPARE_OPERATORS), operands, dtype };
    case 'EXPRESSION_KIND_LOGIC':
      expectOperands(name === 'not' ? 1 : 2);
      return { kind: 'logic', operator: oneOf(field, name, LOGIC_OPERATORS), operands, dtype };
    case 'EXPRESSION_KIND_SELECT':
      expectOperands(3);
      return { kind: 'select', operands, dtype };
    case 'EXPRESSION_KIND_CAST':
      expectOperands(1);
      return { kind: 'cast', operands, dtype };
    case 'EXPRESSION_KIND_CALL':
      return { kind: 'call', name, operands, dtype };
    case 'EXPRESSION_KIND_REDUCE':
      expectOperands(1, Number.POSITIVE_INFINITY);
      return { kind: 'reduce', combiner: name, operands, dtype };
    default:
      throw invalidArgument(`${field}: kind is ${kind}; it is required, and one this server knows`);
  }
}

function oneOf<T extends string>(field: string, name: string, known: readonly T[]): T {
  const found = known.find((word) => word === name);
  if (found === undefined) {
    throw invalidArgument(`${field}: operator "${name}" is not one of ${known.join(' ')}`);
  }
  return found;
}

export function encodeExpression(expression: Expression): ExpressionInput {
  const { dtype } = expression;
  const operands = operandsOf(expression).map(encodeExpression);
  switch (expression.kind) {
    case 'constant':
      return { kind: 'EXPRESSION_KIND_CONSTANT', value: expression.value, dtype };
    case 'axis':
      return { kind: 'EXPRESSION_KIND_AXIS', name: expression.name, dtype };
    case 'load':
      return { kind: 'EXPRESSION_KIND_LOAD', name: expression.tensor, operands, dtype };
    case 'binary':
      return { kind: 'EXPRESSION_KIND_BINARY', name: expression.operator, operands, dtype };
    case 'compare':
      return { kind: 'EXPRESSION_KIND_COMPARE', name: expression.operator, operands, dtype };
    case 'logic':
      return { kind: 'EXPRESSION_KIND_LOGIC', name: expression.operator, operands, dtype };
    case 'select':
      return { kind: 'EXPRESSION_KIND_SELECT', operands, dtype };
    case 'cast':
      return { kind: 'EXPRESSION_KIND_CAST', operands, dtype };
    case 'call':
      return { kind: 'EXPRESSION_KIND_CALL', name: expression.name, operands, dtype };
    case 'reduce':
      return { kind: 'EXPRESSION_KIND_REDUCE', name: expression.combiner, operands, dtype };
  }
}
