/**
 * All weights of a model are slices of one flat vector.
 *
 * An operator costs about 10 µs to call, whatever its size, so an optimiser that
 * walks forty small tensors with ten operators each spends 4 ms a step on calls
 * alone. Over one vector it is ten calls; the gradient of the split is a single
 * concatenation; clipping by the global norm, moving averages and saving need no
 * loop over layers.
 */
import type { Rng } from '../base';
import { internalError } from '../errors';
import type { NamedWeight, Tensor, Tensor1D, Tf } from '../tensor';

/** How a weight starts: a constant, or normal with this standard deviation. */
export type Initialiser = { readonly constant: number } | { readonly deviation: number };

export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: Initialiser;
  /** Whether weight decay pulls on it: on matrices, not on biases and gains. */
  readonly decays: boolean;
}

export interface ParameterLayout {
  readonly specs: readonly ParameterSpec[];
  /** Numbers in each spec, in order. */
  readonly sizes: readonly number[];
  readonly parameterCount: number;
}

/** Weights by name, in their shapes. */
export type Parameters = Readonly<Record<string, Tensor>>;

export function createLayout(specs: readonly ParameterSpec[]): ParameterLayout {
  if (new Set(specs.map((spec) => spec.name)).size !== specs.length) {
    throw internalError('two parameters have one name');
  }
  const sizes = specs.map((spec) => spec.shape.reduce((product, extent) => product * extent, 1));
  return Object.freeze({
    specs: Object.freeze([...specs]),
    sizes: Object.freeze(sizes),
    parameterCount: sizes.reduce((sum, size) => sum + size, 0),
  });
}

/** A matrix [rows, columns] that keeps the variance of what passes through it (He et al. 2015; gain 1 before anything but ReLU). */
export function matrix(name: string, rows: number, columns: number, gain = 1): ParameterSpec {
  return {
    name,
    shape: [rows, columns],
    start: { deviation: gain / Math.sqrt(rows) },
    decays: true,
  };
}

/** A vector [width] that starts as a constant. */
export function vector(name: string, width: number, constant = 0): ParameterSpec {
  return { name, shape: [width], start: { constant }, decays: false };
}

export function initialValues(layout: ParameterLayout, rng: Rng): Float32Array {
  const values = new Float32Array(layout.parameterCount);
  let at = 0;
  layout.specs.forEach(({ start }, i) => {
    const end = at + (layout.sizes[i] as number);
    if ('constant' in start) values.fill(start.constant, at, end);
    else for (let k = at; k < end; k++) values[k] = start.deviation * rng.nextNormal();
    at = end;
  });
  return values;
}

/** 1 where weight decay pulls, 0 elsewhere: [parameterCount]. */
export function decayMask(layout: ParameterLayout): Float32Array {
  const mask = new Float32Array(layout.parameterCount);
  let at = 0;
  layout.specs.forEach(({ decays }, i) => {
    const end = at + (layout.sizes[i] as number);
    if (decays) mask.fill(1, at, end);
    at = end;
  });
  return mask;
}

/** Tensors over the parts of `flat` [parameterCount]; differentiable. */
export function splitParameters(tf: Tf, layout: ParameterLayout, flat: Tensor1D): Parameters {
  const parts = tf.split(flat, [...layout.sizes]);
  return Object.fromEntries(
    layout.specs.map(({ name, shape }, i) => {
      const part = parts[i] as Tensor;
      return [name, shape.length === 1 ? part : part.reshape([...shape])];
    }),
  );
}

export function toNamedWeights(layout: ParameterLayout, values: Float32Array): NamedWeight[] {
  let at = 0;
  return layout.specs.map(({ name, shape }, i) => {
    const end = at + (layout.sizes[i] as number);
    const weight = { name, shape, values: values.slice(at, end) };
    at = end;
    return weight;
  });
}

export function fromNamedWeights(
  layout: ParameterLayout,
  weights: readonly NamedWeight[],
): Float32Array {
  const values = new Float32Array(layout.parameterCount);
  let at = 0;
  for (const weight of weights) {
    values.set(weight.values, at);
    at += weight.values.length;
  }
  return values;
}

/** One weight by name; a name that is not there is a mistake of ours. */
export function pick(parameters: Parameters, name: string): Tensor {
  const parameter = parameters[name];
  if (parameter === undefined) throw internalError(`no parameter is called ${name}`);
  return parameter;
}
