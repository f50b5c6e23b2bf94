/**
 * Reads a compute DAG from what TVM prints of it, with the initial loop nest for
 * the extents of the axes. TVM cuts long expressions out of the text; a stage
 * that was cut is an error that says to send structured stages.
 */
import { invalidArgument } from '../errors';
import type { Expression } from './expression';
import { parseExpressionText } from './expression-text';
import { parseLoopNest } from './loop-nest';
import type { Axis, Stage, Tensor } from './task';

const combiners: Readonly<Record<string, string>> = {
  '+=': 'sum',
  '*=': 'prod',
  'max=': 'max',
  'min=': 'min',
};

export function parseDagText(
  text: string,
  initialLoopNest: string,
  tensors: readonly Tensor[],
): readonly Stage[] {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const printedAxes = axesOf(initialLoopNest);
  const stages = new Map<string, { -readonly [K in keyof Stage]: Stage[K] }>();
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const placeholder = /^(\S+) = PLACEHOLDER \[([\d, ]*)\]$/.exec(line);
    if (placeholder !== null) {
      const name = placeholder[1] as string;
      stages.set(name, stageOf(name, 'placeholder', [], [], []));
      continue;
    }
    const { name, axes, isOutput, operator, expression } = splitLine(line);
    const body = bodyOf(operator, expression, name, byName);
    const known = stages.get(name);
    if (known !== undefined && !isOutput) {
      throw invalidArgument(
        `compute_dag_text: two operations are called "${name}"; send task.stages, which number them`,
      );
    }
    if (known !== undefined) {
      known.bodies = [...known.bodies, body];
      continue;
    }
    const printed = printedAxes.get(name) ?? [];
    const spatial = axes.map(
      (axis) => printed.find((p) => p.name === axis) ?? { name: axis, extent: 1 },
    );
    const reductions = printed.filter((axis) => !axes.includes(axis.name));
    stages.set(name, stageOf(name, 'compute', spatial, reductions, [body]));
  }
  return [...stages.values()];
}

function stageOf(
  name: string,
  kind: Stage['kind'],
  axes: readonly Axis[],
  reduceAxes: readonly Axis[],
  bodies: readonly Expression[],
): Stage {
  return { name, kind, axes, reduceAxes, bodies, attributes: {} };
}

/** `name(i, j).v0 += expression` */
function splitLine(line: string): {
  name: string;
  axes: string[];
  /** One of several results of the operation, as `.v0` says. */
  isOutput: boolean;
  operator: string;
  expression: string;
} {
  const match = /^([\w.]+)\(([\w, ]*)\)(\.v\d+)? (=|\+=|\*=|max=|min=) (.+)$/.exec(line);
  if (match === null) {
    throw invalidArgument(
      `compute_dag_text: "${line.slice(0, 120)}" is not a stage that can be read from text; send task.stages`,
    );
  }
  const [, name = '', axes = '', output, operator = '', expression = ''] = match;
  if (expression.includes('..(OMITTED)..')) {
    throw invalidArgument(
      `compute_dag_text: TVM cut the expression of "${name}" short; send task.stages`,
    );
  }
  return {
    name,
    axes: axes === '' ? [] : axes.split(', '),
    isOutput: output !== undefined,
    operator,
    expression,
  };
}

function bodyOf(
  operator: string,
  text: string,
  stage: string,
  tensors: ReadonlyMap<string, Tensor>,
): Expression {
  const expression = parseExpressionText(text, tensors);
  const combiner = combiners[operator];
  if (combiner === undefined) return expression;
  const dtype = (tensors.get(stage) ?? tensors.get(`${stage}.v0`))?.dtype ?? expression.dtype;
  return { kind: 'reduce', combiner, operands: [expression], dtype };
}

/** Axes of every stage that have more than one iteration, in the order of the loops. */
function axesOf(initialLoopNest: string): ReadonlyMap<string, readonly Axis[]> {
  if (initialLoopNest === '') {
    throw invalidArgument(
      'task.initial_loop_nest: empty, it is required where task.stages is empty',
    );
  }
  const nest = parseLoopNest(initialLoopNest);
  return new Map(
    nest.leaves.map((leaf) => [
      leaf.stageName,
      leaf.path.map((loop) => {
        const { name, extent } = nest.loops[loop] as (typeof nest.loops)[number];
        return { name, extent };
      }),
    ]),
  );
}
