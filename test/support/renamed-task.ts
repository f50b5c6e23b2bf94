import { createTask, type Expression, type Stage, type Task } from '../../src/program';

/** The same computation under other names of tensors and axes, in another workload. */
export function renamedTask(task: Task, prefix = 'renamed'): Task {
  const numbers = new Map<string, string>();
  const rename = (name: string): string => {
    const [, stage = name, output = ''] = /^(.*?)(\.v\d+)?$/.exec(name) ?? [];
    if (!numbers.has(stage)) numbers.set(stage, `${prefix}${numbers.size}`);
    return `${numbers.get(stage)}${output}`;
  };
  return withParts(task, {
    workloadKey: `["${prefix}"]`,
    tensors: task.tensors.map((tensor) => ({ ...tensor, name: rename(tensor.name) })),
    stages: task.stages.map((stage) => renameStage(stage, rename)),
  });
}

/** A task with parts of it replaced, checked and hashed anew. */
export function withParts(task: Task, parts: Partial<Task>): Task {
  const whole = { ...task, ...parts };
  return createTask({ ...whole, initialLoopNest: '' });
}

function renameStage(stage: Stage, rename: (name: string) => string): Stage {
  const axes = new Map(
    [...stage.axes, ...stage.reduceAxes].map((axis, index) => [axis.name, `axis${index}`]),
  );
  const renameAxis = (axis: { name: string; extent: number }) => ({
    ...axis,
    name: axes.get(axis.name) as string,
  });
  return {
    ...stage,
    name: rename(stage.name),
    axes: stage.axes.map(renameAxis),
    reduceAxes: stage.reduceAxes.map(renameAxis),
    bodies: stage.bodies.map((body) =>
      mapExpression(body, (node) => {
        if (node.kind === 'axis') return { ...node, name: axes.get(node.name) ?? node.name };
        if (node.kind === 'load') return { ...node, tensor: rename(node.tensor) };
        return node;
      }),
    ),
    attributes: {},
  };
}

/** Rebuilt from the leaves up, each node as `change` gives it back. */
export function mapExpression(
  expression: Expression,
  change: (node: Expression) => Expression,
): Expression {
  const inside = (list: readonly Expression[]) => list.map((one) => mapExpression(one, change));
  switch (expression.kind) {
    case 'constant':
    case 'axis':
      return change(expression);
    case 'load':
      return change({ ...expression, indices: inside(expression.indices) });
    default:
      return change({ ...expression, operands: inside(expression.operands) });
  }
}
