/** The transform steps of a record: JSON arrays whose first item names the step. */
import { invalidArgument } from '../errors';
import { limits } from './limits';

export type TransformStep =
  | {
      readonly kind: 'annotate';
      readonly stage: number;
      readonly iterator: number;
      readonly annotation: number;
    }
  | { readonly kind: 'fuse'; readonly stage: number; readonly iterators: readonly number[] }
  | {
      readonly kind: 'pragma';
      readonly stage: number;
      readonly iterator: number;
      readonly pragma: string;
    }
  | { readonly kind: 'reorder'; readonly stage: number; readonly order: readonly number[] }
  | {
      readonly kind: 'split';
      readonly stage: number;
      readonly iterator: number;
      readonly lengths: readonly number[];
      readonly innerToOuter: boolean;
    }
  | {
      readonly kind: 'follow-split';
      readonly stage: number;
      readonly iterator: number;
      readonly sourceStep: number;
      readonly splitCount: number;
    }
  | {
      readonly kind: 'follow-fused-split';
      readonly stage: number;
      readonly iterator: number;
      readonly sourceSteps: readonly number[];
      readonly level: number;
      readonly factor: boolean;
    }
  | {
      readonly kind: 'storage-align';
      readonly stage: number;
      readonly iterator: number;
      readonly factor: number;
      readonly offset: number;
    }
  | {
      readonly kind: 'compute-at';
      readonly stage: number;
      readonly target: number;
      readonly iterator: number;
    }
  | { readonly kind: 'inline'; readonly stage: number }
  | { readonly kind: 'root'; readonly stage: number }
  | {
      readonly kind: 'cache-read';
      readonly stage: number;
      readonly scope: string;
      readonly readers: readonly number[];
    }
  | { readonly kind: 'cache-write'; readonly stage: number; readonly scope: string }
  | {
      readonly kind: 'rfactor';
      readonly stage: number;
      readonly iterator: number;
      readonly factorIterator: number;
    }
  /** A step of a TVM that knows more than we do; only where the caller allows it. */
  | { readonly kind: 'unknown'; readonly stage: number };

/**
 * Throws INVALID_ARGUMENT with the step's number for what is not a list of TVM's
 * steps. With `allowUnknown`, steps of a name that is not known are kept as such.
 */
export function parseTransformSteps(text: string, allowUnknown = false): readonly TransformStep[] {
  if (text.length > limits.maxTextLength) {
    throw invalidArgument(
      `transform_steps: ${text.length} characters, at most ${limits.maxTextLength} are read`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalidArgument(`transform_steps: not JSON (${(cause as Error).message})`, { cause });
  }
  if (!Array.isArray(json) || json.length > limits.maxTransformSteps) {
    throw invalidArgument(
      `transform_steps: expected a JSON array of at most ${limits.maxTransformSteps} steps`,
    );
  }
  return json.map((step, index) => parseStep(step, index, allowUnknown));
}

function parseStep(step: unknown, index: number, allowUnknown: boolean): TransformStep {
  const fields = new StepFields(step, index);
  const stage = fields.integer(1, 'stage');
  switch (fields.name) {
    case 'AN':
      return {
        kind: 'annotate',
        stage,
        iterator: fields.integer(2, 'iterator'),
        annotation: fields.integer(3, 'annotation'),
      };
    case 'FU':
      return { kind: 'fuse', stage, iterators: fields.integers(2, 'iterators') };
    case 'PR':
      return {
        kind: 'pragma',
        stage,
        iterator: fields.integer(2, 'iterator'),
        pragma: fields.string(3, 'pragma'),
      };
    case 'RE':
      return { kind: 'reorder', stage, order: fields.integers(2, 'order') };
    case 'SP':
      return {
        kind: 'split',
        stage,
        iterator: fields.integer(2, 'iterator'),
        lengths: fields.integers(4, 'lengths', 1),
        innerToOuter: fields.integer(5, 'inner_to_outer') !== 0,
      };
    case 'FSP':
      return {
        kind: 'follow-split',
        stage,
        iterator: fields.integer(2, 'iterator'),
        sourceStep: fields.integer(3, 'source step'),
        splitCount: fields.integer(4, 'split count', 1),
      };
    case 'FFSP':
      return {
        kind: 'follow-fused-split',
        stage,
        iterator: fields.integer(2, 'iterator'),
        sourceSteps: fields.integers(3, 'source steps'),
        level: fields.integer(4, 'level'),
        factor: fields.integer(5, 'factor or nparts') !== 0,
      };
    case 'SA':
      return {
        kind: 'storage-align',
        stage,
        iterator: fields.integer(2, 'iterator'),
        factor: fields.integer(3, 'factor'),
        offset: fields.integer(4, 'offset'),
      };
    case 'CA':
      return {
        kind: 'compute-at',
        stage,
        target: fields.integer(2, 'target stage'),
        iterator: fields.integer(3, 'iterator'),
      };
    case 'CI':
      return { kind: 'inline', stage };
    case 'CR':
      return { kind: 'root', stage };
    case 'CHR':
      return {
        kind: 'cache-read',
        stage,
        scope: fields.string(2, 'scope'),
        readers: fields.integers(3, 'readers'),
      };
    case 'CHW':
      return { kind: 'cache-write', stage, scope: fields.string(2, 'scope') };
    case 'RF':
      return {
        kind: 'rfactor',
        stage,
        iterator: fields.integer(2, 'iterator'),
        factorIterator: fields.integer(3, 'factor iterator'),
      };
    default:
      if (allowUnknown) return { kind: 'unknown', stage };
      throw invalidArgument(
        `transform_steps step ${index}: "${fields.name}" is not a step that is known`,
      );
  }
}

/** Typed access to the items of one step, with errors that name the step and the field. */
class StepFields {
  readonly name: string;
  readonly #items: readonly unknown[];
  readonly #index: number;

  constructor(step: unknown, index: number) {
    this.#index = index;
    if (!Array.isArray(step) || typeof step[0] !== 'string') {
      throw invalidArgument(
        `transform_steps step ${index}: expected an array that starts with a name`,
      );
    }
    this.name = step[0];
    this.#items = step;
  }

  integer(at: number, field: string, minimum = 0): number {
    const value = this.#items[at];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum) return value;
    throw this.#wrong(field, value, `an integer of at least ${minimum}`);
  }

  string(at: number, field: string): string {
    const value = this.#items[at];
    if (typeof value === 'string') return value;
    throw this.#wrong(field, value, 'a string');
  }

  integers(at: number, field: string, minimum = 0): readonly number[] {
    const value = this.#items[at];
    if (Array.isArray(value) && value.every((v) => Number.isSafeInteger(v) && v >= minimum)) {
      return value as number[];
    }
    throw this.#wrong(field, value, `a list of integers of at least ${minimum}`);
  }

  #wrong(field: string, value: unknown, expected: string): Error {
    const shown = JSON.stringify(value)?.slice(0, 80);
    return invalidArgument(
      `transform_steps step ${this.#index} (${this.name}): ${field} is ${shown}, expected ${expected}`,
    );
  }
}
