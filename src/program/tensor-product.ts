/**
 * Sums of products of two tensors (convolutions, matrix products), told from the axes by which
 * the two are read.
 */
import { type Expression, operandsOf } from './expression';
import type { Stage } from './task';

export interface TensorProduct {
  /** What the window slides over, where there is one. */
  readonly data: string;
  readonly kernel: string;
  /** Everything that is multiplied, `data` and `kernel` among it. */
  readonly tensors: readonly string[];
  /** Dimensions of `data` along which a window of the kernel's extent slides. */
  readonly windows: number;
  /** Reduction axes of both tensors that are no window's. */
  readonly channelAxes: readonly string[];
  /** Spatial axes of both tensors: a batch of products, or groups. */
  readonly sharedAxes: readonly string[];
  /** How often the stage multiplies. */
  readonly iterations: number;
}

type Load = Extract<Expression, { kind: 'load' }>;

/** One a body that sums such products; none for plain sums, or where an operand meets itself. */
export function productsOf(stage: Stage): readonly TensorProduct[] {
  if (stage.reduceAxes.length === 0) return [];
  return stage.bodies.flatMap((body) => {
    if (body.kind !== 'reduce') return [];
    return body.operands.flatMap((source) => {
      const factors = factorsOf(source).map(loadsIn);
      const pairs = factors.flatMap((first, i) =>
        factors.flatMap((second, j) =>
          i === j ? [] : first.flatMap((a) => second.map((b) => [a, b] as const)),
        ),
      );
      const tensors = factors.flat().map((load) => load.tensor);
      const found = pairs
        .map(([data, kernel]) => describe(stage, data, kernel, tensors))
        .filter((product) => product !== undefined);
      return found.sort((a, b) => b.windows - a.windows).slice(0, 1);
    });
  });
}

function describe(
  stage: Stage,
  data: Load,
  kernel: Load,
  tensors: readonly string[],
): TensorProduct | undefined {
  const spatial = new Set(stage.axes.map((axis) => axis.name));
  const reduced = new Set(stage.reduceAxes.map((axis) => axis.name));
  const inKernel = axesIn(kernel);
  const inData = axesIn(data);
  const windowAxes = data.indices.map(axesIn).filter((axes) => {
    const slides = [...axes].some((axis) => spatial.has(axis) && !inKernel.has(axis));
    return slides && [...axes].some((axis) => reduced.has(axis) && inKernel.has(axis));
  });
  const ofWindows = new Set(windowAxes.flatMap((axes) => [...axes]));
  const inBoth = [...inData].filter((axis) => inKernel.has(axis));
  const summed = inBoth.filter((axis) => reduced.has(axis));
  const sharedAxes = inBoth.filter((axis) => spatial.has(axis));
  const alone = [...inData, ...inKernel].some(
    (axis) => spatial.has(axis) && !sharedAxes.includes(axis),
  );
  if (summed.length === 0 || !alone) return undefined;
  return {
    data: data.tensor,
    kernel: kernel.tensor,
    tensors,
    windows: windowAxes.length,
    channelAxes: summed.filter((axis) => !ofWindows.has(axis)),
    sharedAxes,
    iterations: [...stage.axes, ...stage.reduceAxes].reduce((n, axis) => n * axis.extent, 1),
  };
}

/** The factors of a product, conversions of the result set aside. */
function factorsOf(expression: Expression): readonly Expression[] {
  if (expression.kind === 'cast') return expression.operands.flatMap(factorsOf);
  const isProduct = expression.kind === 'binary' && expression.operator === 'mul';
  return isProduct ? expression.operands.flatMap(factorsOf) : [expression];
}

/** Loads of values, not those inside an index. */
function loadsIn(expression: Expression): readonly Load[] {
  return expression.kind === 'load' ? [expression] : operandsOf(expression).flatMap(loadsIn);
}

function axesIn(expression: Expression): ReadonlySet<string> {
  if (expression.kind === 'axis') return new Set([expression.name]);
  return new Set(operandsOf(expression).flatMap((operand) => [...axesIn(operand)]));
}
