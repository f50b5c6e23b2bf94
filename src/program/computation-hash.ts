/**
 * What a task computes, whatever its tensors and axes are called: the name by which one
 * computation is known in all logs and on all devices.
 */
import { createHash } from 'node:crypto';
import { type Expression, operandsOf } from './expression';
import { stageOfTensor } from './stage-of-tensor';
import type { Stage, Task } from './task';

/**
 * Hash of the DAG with tensors and axes numbered in the order in which they occur: extents,
 * types, operators, reductions and constants count; names, target and device do not. Nor do
 * attributes: they steer the schedule, not the values. Hex, 32 characters.
 *
 * The walk begins at the results and follows the loads, so that the order in which stages happen
 * to be listed does not count either. Stages that cannot be read count by their shapes alone: two
 * of them may be taken for one, which keeps both on one side of a split.
 */
export function computationHash(task: Pick<Task, 'stages' | 'tensors'>): string {
  const walk = new CanonicalWalk(task);
  const read = new Set(task.stages.flatMap((stage) => stage.bodies.flatMap(loadedTensors)));
  const readStages = new Set([...read].map((name) => stageOfTensor(task.stages, name)?.name));
  for (const stage of task.stages) if (!readStages.has(stage.name)) walk.visit(stage);
  return digest(walk);
}

/**
 * Hash of the stage that does most, with what it reads: equal for tasks that differ in what is
 * fused behind it, such as a convolution with and without a bias. Such tasks are nearly one
 * problem; what holds them apart is a few percent of the time. Hex, 32 characters.
 */
export function kernelHash(task: Pick<Task, 'stages' | 'tensors'>): string {
  const walk = new CanonicalWalk(task);
  const [first, ...others] = task.stages.filter((stage) => stage.kind !== 'placeholder');
  if (first === undefined) return computationHash(task);
  walk.visit(others.reduce((most, stage) => (workOf(stage) > workOf(most) ? stage : most), first));
  return digest(walk);
}

/** Iterations, in steps of a loop body: a reduction does more than what only passes values on. */
function workOf(stage: Stage): number {
  return [...stage.axes, ...stage.reduceAxes].reduce((product, axis) => product * axis.extent, 1);
}

function digest(walk: CanonicalWalk): string {
  return createHash('sha256').update(walk.lines.join('\n')).digest('hex').slice(0, 32);
}

/** Writes one line a stage, operands before those that read them. */
class CanonicalWalk {
  readonly lines: string[] = [];
  readonly #task: Pick<Task, 'stages' | 'tensors'>;
  readonly #numbers = new Map<string, number>();

  constructor(task: Pick<Task, 'stages' | 'tensors'>) {
    this.#task = task;
  }

  visit(stage: Stage): void {
    if (this.#numbers.has(stage.name)) return;
    // Marked before its operands: a DAG that reads itself ends here and not in the stack.
    this.#numbers.set(stage.name, -1);
    for (const tensor of stage.bodies.flatMap(loadedTensors)) {
      const source = stageOfTensor(this.#task.stages, tensor);
      if (source !== undefined) this.visit(source);
    }
    this.#numbers.set(stage.name, this.lines.length);
    this.lines.push(this.#line(stage));
  }

  #line(stage: Stage): string {
    const outputs = this.#task.tensors
      .filter((tensor) => stageOfTensor(this.#task.stages, tensor.name) === stage)
      .map((tensor) => `${tensor.dtype}[${tensor.shape.join(',')}]`);
    // Axes of a placeholder only repeat its shape.
    const axes = stage.kind === 'placeholder' ? [] : [...stage.axes, ...stage.reduceAxes];
    const numberOf = new Map(axes.map((axis, index) => [axis.name, index]));
    const extents = [stage.axes, stage.reduceAxes].map((list) =>
      stage.kind === 'placeholder' ? '' : list.map((axis) => axis.extent).join(','),
    );
    const bodies = stage.bodies.map((body) => this.#expression(body, numberOf));
    return [stage.kind, outputs.join(' '), ...extents, ...bodies].join('|');
  }

  #expression(expression: Expression, axes: ReadonlyMap<string, number>): string {
    const operands = operandsOf(expression)
      .map((operand) => this.#expression(operand, axes))
      .join(',');
    switch (expression.kind) {
      case 'constant':
        return String(expression.value);
      case 'axis':
        return `i${axes.get(expression.name) ?? `:${expression.name}`}`;
      case 'load':
        return `${this.#tensor(expression.tensor)}[${operands}]`;
      // Other types follow from those of the tensors.
      case 'cast':
        return `${expression.dtype}(${operands})`;
      case 'call':
        return `${expression.name}:${expression.dtype}(${operands})`;
      case 'reduce':
        return `reduce ${expression.combiner}(${operands})`;
      case 'select':
        return `select(${operands})`;
      default:
        return `${expression.operator}(${operands})`;
    }
  }

  #tensor(name: string): string {
    const stage = stageOfTensor(this.#task.stages, name);
    if (stage === undefined) return `t:${name}`;
    return `t${this.#numbers.get(stage.name)}${name.slice(stage.name.length)}`;
  }
}

/** Names in the order in which they occur; one that occurs twice stands there twice. */
function loadedTensors(expression: Expression): readonly string[] {
  const inside = operandsOf(expression).flatMap(loadedTensors);
  return expression.kind === 'load' ? [...inside, expression.tensor] : inside;
}
