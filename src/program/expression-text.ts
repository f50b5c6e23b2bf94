/**
 * Reads the arithmetic in TVM's printed DAGs:
 * `tir.if_then_else(((i2 >= 1) && (i2 < 57)), data[i0, (i2 - 1)], 0f)`.
 */
import { invalidArgument } from '../errors';
import type { BinaryOperator, CompareOperator, Expression } from './expression';
import { limits } from './limits';
import type { Tensor } from './task';

const binaryOperators: Readonly<Record<string, BinaryOperator>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '%': 'truncmod',
};
const compareOperators: Readonly<Record<string, CompareOperator>> = {
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
  '==': 'eq',
  '!=': 'ne',
};
const namedOperators: ReadonlySet<string> = new Set([
  'floordiv',
  'floormod',
  'truncdiv',
  'truncmod',
  'min',
  'max',
]);
/** TVM brackets every operation, so that ranks matter only where it does not. */
const ranks: Readonly<Record<string, number>> = {
  '||': 1,
  '&&': 2,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '==': 3,
  '!=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
};

const tokenPattern =
  /\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?)([fh]|bf|u)?|([A-Za-z_][\w.]*)|(<=|>=|==|!=|&&|\|\||[-+*/%<>!(),[\]]))/iy;

/** Throws INVALID_ARGUMENT with the place where the text is not arithmetic of TVM's. */
export function parseExpressionText(
  text: string,
  tensors: ReadonlyMap<string, Tensor>,
): Expression {
  const parser = new ExpressionParser(text, tensors);
  return parser.parseAll();
}

class ExpressionParser {
  readonly #text: string;
  readonly #tensors: ReadonlyMap<string, Tensor>;
  #position = 0;
  #depth = 0;
  #token: {
    readonly kind: 'number' | 'name' | 'symbol' | 'end';
    readonly text: string;
    readonly suffix: string;
  };

  constructor(text: string, tensors: ReadonlyMap<string, Tensor>) {
    this.#text = text;
    this.#tensors = tensors;
    this.#token = this.#next();
  }

  parseAll(): Expression {
    const expression = this.#expression(0);
    if (this.#token.kind !== 'end') throw this.#unexpected('the end');
    return expression;
  }

  #expression(minimumRank: number): Expression {
    if (++this.#depth > limits.maxExpressionDepth) {
      throw invalidArgument(`compute_dag_text: brackets deeper than ${limits.maxExpressionDepth}`);
    }
    let left = this.#primary();
    for (;;) {
      const symbol = this.#token.text;
      const rank = this.#token.kind === 'symbol' ? ranks[symbol] : undefined;
      if (rank === undefined || rank <= minimumRank) break;
      this.#token = this.#next();
      left = combine(symbol, left, this.#expression(rank));
    }
    this.#depth -= 1;
    return left;
  }

  #primary(): Expression {
    const token = this.#token;
    this.#token = this.#next();
    if (token.kind === 'number') {
      const isFloat = token.suffix === 'f' || token.suffix === 'h' || token.suffix === 'bf';
      const dtype = token.suffix === 'h' ? 'float16' : isFloat ? 'float32' : 'int32';
      return { kind: 'constant', value: Number(token.text), dtype };
    }
    if (token.text === '(') {
      const inner = this.#expression(0);
      this.#expect(')');
      return inner;
    }
    if (token.text === '-') return negate(this.#expression(5));
    if (token.text === '!')
      return { kind: 'logic', operator: 'not', operands: [this.#expression(5)], dtype: 'bool' };
    if (token.kind !== 'name') throw this.#unexpected('a number, a name or a bracket', token.text);
    if (this.#token.text === '(') return this.#call(token.text, this.#list('(', ')'));
    if (this.#token.text === '[') {
      const dtype = this.#tensors.get(token.text)?.dtype;
      if (dtype === undefined)
        throw invalidArgument(`compute_dag_text: tensor "${token.text}" is not in task.tensors`);
      return { kind: 'load', tensor: token.text, indices: this.#list('[', ']'), dtype };
    }
    return { kind: 'axis', name: token.text, dtype: 'int32' };
  }

  #call(printedName: string, operands: readonly Expression[]): Expression {
    const name = printedName.replace(/^(?:tir|T)\./, '');
    if (name === 'select' || name === 'if_then_else') {
      return { kind: 'select', operands, dtype: resultType(operands.slice(1)) };
    }
    if (namedOperators.has(name)) {
      return {
        kind: 'binary',
        operator: name as BinaryOperator,
        operands,
        dtype: resultType(operands),
      };
    }
    if (/^(?:u?int|float|bfloat)\d+$/.test(name) || name === 'bool')
      return { kind: 'cast', operands, dtype: name };
    return { kind: 'call', name, operands, dtype: resultType(operands) };
  }

  #list(open: string, close: string): readonly Expression[] {
    this.#expect(open);
    const items: Expression[] = [];
    while (this.#token.text !== close) {
      items.push(this.#expression(0));
      if (this.#token.text !== close) this.#expect(',');
    }
    this.#expect(close);
    return items;
  }

  #expect(symbol: string): void {
    if (this.#token.text !== symbol) throw this.#unexpected(`"${symbol}"`);
    this.#token = this.#next();
  }

  #next(): { kind: 'number' | 'name' | 'symbol' | 'end'; text: string; suffix: string } {
    if (this.#text.slice(this.#position).trim() === '')
      return { kind: 'end', text: '', suffix: '' };
    tokenPattern.lastIndex = this.#position;
    const match = tokenPattern.exec(this.#text);
    if (match === null)
      throw this.#unexpected('arithmetic', this.#text.slice(this.#position, this.#position + 20));
    this.#position = tokenPattern.lastIndex;
    if (match[1] !== undefined)
      return { kind: 'number', text: match[1], suffix: (match[2] ?? '').toLowerCase() };
    if (match[3] !== undefined) return { kind: 'name', text: match[3], suffix: '' };
    return { kind: 'symbol', text: match[4] as string, suffix: '' };
  }

  #unexpected(expected: string, found = this.#token.text): Error {
    return invalidArgument(
      `compute_dag_text: "${found}" before character ${this.#position} of an expression, expected ${expected}`,
    );
  }
}

function combine(symbol: string, left: Expression, right: Expression): Expression {
  const operands = [left, right];
  if (symbol === '&&' || symbol === '||') {
    return { kind: 'logic', operator: symbol === '&&' ? 'and' : 'or', operands, dtype: 'bool' };
  }
  const comparison = compareOperators[symbol];
  if (comparison !== undefined)
    return { kind: 'compare', operator: comparison, operands, dtype: 'bool' };
  const dtype = resultType(operands);
  // Integers that TVM prints with / are truncated, not divided.
  const operator =
    symbol === '/' && dtype.includes('int')
      ? 'truncdiv'
      : (binaryOperators[symbol] as BinaryOperator);
  return { kind: 'binary', operator, operands, dtype };
}

function negate(operand: Expression): Expression {
  if (operand.kind === 'constant') return { ...operand, value: -operand.value };
  const zero: Expression = { kind: 'constant', value: 0, dtype: operand.dtype };
  return { kind: 'binary', operator: 'sub', operands: [zero, operand], dtype: operand.dtype };
}

/** The type of the first operand that is not a bare number; TVM's operands agree otherwise. */
function resultType(operands: readonly Expression[]): string {
  const typed = operands.find((operand) => operand.kind !== 'constant') ?? operands[0];
  return typed?.dtype ?? '';
}
