/**
 * Which kind of operator a task is, told from what it computes and never from its names: a family
 * held out of training must be held out under every name.
 */
import { type Expression, operandsOf } from './expression';
import { stageOfTensor } from './stage-of-tensor';
import type { Stage, Task } from './task';
import { productsOf, type TensorProduct } from './tensor-product';

/** Every family, in the order in which reports list them. */
export const operatorFamilies = Object.freeze([
  'conv1d',
  'conv2d',
  'conv3d',
  'depthwise-conv',
  'grouped-conv',
  'transposed-conv',
  'winograd',
  'dense',
  'batch-matmul',
  'pooling',
  'normalisation',
  'reduction',
  'elementwise',
  'other',
] as const);

export type OperatorFamily = (typeof operatorFamilies)[number];

type Dag = Pick<Task, 'stages'>;

/**
 * The family of the product of tensors that takes most of the arithmetic; where nothing is
 * multiplied and summed, that of the reduction; else element-wise work. `other`: a stage that
 * cannot be read, or one whose data say where it reads (gather).
 */
export function operatorFamily(task: Dag): OperatorFamily {
  const { stages } = task;
  if (stages.some((stage) => stage.kind === 'opaque')) return 'other';
  const products = stages.flatMap((stage) => productsOf(stage));
  if (products.some((product) => readsConstantMatrix(task, product))) return 'winograd';
  const heaviest = [...products].sort((a, b) => b.iterations - a.iterations)[0];
  if (heaviest !== undefined) return productFamily(task, heaviest);
  const reductions = stages.filter((stage) => stage.reduceAxes.length > 0);
  if (reductions.some(slidesWindow)) return 'pooling';
  if (reductions.some((stage) => isBroadcastBack(task, stage))) return 'normalisation';
  if (reductions.length > 0) return 'reduction';
  return stages.some(readsWhereDataSay) ? 'other' : 'elementwise';
}

function productFamily(task: Dag, product: TensorProduct): OperatorFamily {
  const { windows, channelAxes, sharedAxes, data, kernel } = product;
  if (windows === 0) return sharedAxes.length > 0 ? 'batch-matmul' : 'dense';
  if (isDilated(task, data) || isFlipped(task, kernel)) return 'transposed-conv';
  if (channelAxes.length === 0) return 'depthwise-conv';
  if (sharedAxes.length > 0) return 'grouped-conv';
  return (['conv1d', 'conv2d', 'conv3d'] as const)[windows - 1] ?? 'other';
}

/** Winograd's transforms multiply by small matrices that the DAG computes from nothing. */
function readsConstantMatrix(task: Dag, product: TensorProduct): boolean {
  return product.tensors.some((tensor) => {
    const stage = stageOfTensor(task.stages, tensor);
    return stage?.kind === 'compute' && loadsOf(stage).length === 0;
  });
}

/** Zeros are put between the elements: read at `i / s` where `i mod s` is 0, constant elsewhere. */
function isDilated(task: Dag, tensor: string): boolean {
  return upstream(task, tensor).some((stage) =>
    stage.bodies.some((body) =>
      someNode(body, (node) => {
        if (node.kind !== 'select') return false;
        const [condition, , otherwise] = node.operands as readonly Expression[];
        return (
          otherwise?.kind === 'constant' &&
          condition !== undefined &&
          someNode(condition, isFloorMod)
        );
      }),
    ),
  );
}

/** The kernel is read backwards: at a constant minus an axis. */
function isFlipped(task: Dag, tensor: string): boolean {
  return upstream(task, tensor).some((stage) =>
    loadsOf(stage).some((load) =>
      load.indices.some(
        (index) =>
          index.kind === 'binary' &&
          index.operator === 'sub' &&
          index.operands[0]?.kind === 'constant' &&
          index.operands[1] !== undefined &&
          someNode(index.operands[1], (node) => node.kind === 'axis'),
      ),
    ),
  );
}

/** A window that moves with the result: one index holds a spatial and a reduction axis. */
function slidesWindow(stage: Stage): boolean {
  const spatial = new Set(stage.axes.map((axis) => axis.name));
  const reduced = new Set(stage.reduceAxes.map((axis) => axis.name));
  return loadsOf(stage).some((load) =>
    load.indices.some(
      (index) =>
        someNode(index, (node) => node.kind === 'axis' && spatial.has(node.name)) &&
        someNode(index, (node) => node.kind === 'axis' && reduced.has(node.name)),
    ),
  );
}

/** Every element is set against a sum, mean or maximum of its own kind: softmax, layer norm, ... */
function isBroadcastBack(task: Dag, reduction: Stage): boolean {
  const summed = new Set(loadsOf(reduction).flatMap((load) => upstream(task, load.tensor)));
  return task.stages.some((stage) => {
    if (stage.reduceAxes.length > 0) return false;
    const axesOf = (load: Load) =>
      new Set(stage.axes.filter((axis) => axis.extent > 1 && load.indices.some(uses(axis.name))));
    const loads = loadsOf(stage).map((load) => ({ load, axes: axesOf(load) }));
    const reduced = loads.filter(({ load }) =>
      upstream(task, load.tensor).some((source) => source.name === reduction.name),
    );
    const own = loads.filter(
      (entry) =>
        !reduced.includes(entry) &&
        upstream(task, entry.load.tensor).some((source) => summed.has(source)),
    );
    return reduced.some(({ axes }) => own.some((other) => other.axes.size > axes.size));
  });
}

function readsWhereDataSay(stage: Stage): boolean {
  return loadsOf(stage).some((load) =>
    load.indices.some((index) => someNode(index, (node) => node.kind === 'load')),
  );
}

/** The stage that makes a tensor and what it is made of, as far as nothing is summed on the way. */
function upstream(task: Dag, tensor: string): readonly Stage[] {
  const found = new Set<Stage>();
  const pending = [tensor];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const stage = stageOfTensor(task.stages, name);
    if (stage === undefined || found.has(stage)) continue;
    found.add(stage);
    if (stage.reduceAxes.length === 0) pending.push(...loadsOf(stage).map((load) => load.tensor));
  }
  return [...found];
}

type Load = Extract<Expression, { kind: 'load' }>;

function loadsOf(stage: Stage): readonly Load[] {
  const loads: Load[] = [];
  for (const body of stage.bodies) {
    someNode(body, (node) => {
      if (node.kind === 'load') loads.push(node);
      return false;
    });
  }
  return loads;
}

function isFloorMod(node: Expression): boolean {
  return node.kind === 'binary' && (node.operator === 'floormod' || node.operator === 'truncmod');
}

function uses(axis: string): (index: Expression) => boolean {
  return (index) => someNode(index, (node) => node.kind === 'axis' && node.name === axis);
}

function someNode(expression: Expression, test: (node: Expression) => boolean): boolean {
  return test(expression) || operandsOf(expression).some((operand) => someNode(operand, test));
}
