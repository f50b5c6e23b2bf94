/**
 * What every stage computes once caching, rfactor and inlining are applied: the
 * arithmetic of inlined stages belongs to the stage that reads them.
 */
import { internalError, invalidArgument } from '../errors';
import type { AxisDigit, DagEdit } from './dag-edit';
import type { Expression } from './expression';
import { substitute, visit } from './substitute';
import type { Stage } from './task';

/** A stage that is really computed, with whole expressions. */
export interface StageComputation {
  readonly name: string;
  readonly kind: 'placeholder' | 'compute' | 'opaque';
  /** Names of the spatial axes, then of the reduction axes. */
  readonly axisNames: readonly string[];
  readonly spatialCount: number;
  /** Extents of the spatial axes: the shape of every output. */
  readonly outputShape: readonly number[];
  /** One for each output; loads are of placeholders and of stages that are computed. */
  readonly bodies: readonly Expression[];
  /** Names of the tensors that it writes, one for each body. */
  readonly outputs: readonly string[];
  /** Tensor of the task with the same shape and type as each output. */
  readonly origins: readonly string[];
}

interface MutableComputation {
  name: string;
  kind: StageComputation['kind'];
  spatial: readonly string[];
  shape: readonly number[];
  reductions: readonly string[];
  bodies: readonly Expression[];
  outputs: readonly string[];
  origins: readonly string[];
  inlined: boolean;
}

/** By stage name; inlined stages are gone. */
export type ScheduledDag = ReadonlyMap<string, StageComputation>;

export function outputNames(name: string, count: number): readonly string[] {
  return count <= 1 ? [name] : Array.from({ length: count }, (_, i) => `${name}.v${i}`);
}

export function applyDagEdits(dag: readonly Stage[], edits: readonly DagEdit[]): ScheduledDag {
  const stages: MutableComputation[] = dag.map((stage) => {
    const outputs = outputNames(stage.name, stage.bodies.length);
    return {
      name: stage.name,
      kind: stage.kind,
      spatial: stage.axes.map((axis) => axis.name),
      shape: stage.axes.map((axis) => axis.extent),
      reductions: stage.reduceAxes.map((axis) => axis.name),
      bodies: stage.bodies,
      outputs,
      origins: outputs,
      inlined: false,
    };
  });
  for (const edit of edits) applyEdit(stages, edit);
  return inlineAll(stages);
}

function applyEdit(stages: MutableComputation[], edit: DagEdit): void {
  const index = stages.findIndex((stage) => stage.name === edit.stage);
  const stage = stages[index];
  if (stage === undefined) throw internalError(`edit of unknown stage "${edit.stage}"`);
  switch (edit.kind) {
    case 'inline':
      if (stage.kind !== 'compute' || stage.reductions.length > 0) {
        throw invalidArgument(`transform_steps: stage "${stage.name}" cannot be inlined`);
      }
      stage.inlined = true;
      return;
    case 'cache-read':
      cacheRead(stages, index, stage, edit);
      return;
    case 'cache-write':
      cacheWrite(stages, index, stage, edit.cache);
      return;
    case 'rfactor':
      rfactor(stages, index, stage, edit);
      return;
  }
}

function cacheRead(
  stages: MutableComputation[],
  index: number,
  stage: MutableComputation,
  edit: Extract<DagEdit, { kind: 'cache-read' }>,
): void {
  const outputs = outputNames(edit.cache, stage.outputs.length);
  const rank = stage.spatial.length;
  const spatial = Array.from({ length: rank }, (_, i) => `ax${i}`);
  const renamed = new Map(stage.outputs.map((output, i) => [output, outputs[i] as string]));
  for (const reader of stages) {
    if (!edit.readers.includes(reader.name)) continue;
    reader.bodies = reader.bodies.map((body) => renameLoads(body, renamed));
  }
  const bodies = stage.outputs.map((output) => loadAll(output, spatial));
  stages.splice(index + 1, 0, {
    name: edit.cache,
    kind: 'compute',
    spatial,
    shape: stage.shape,
    reductions: [],
    bodies,
    outputs,
    origins: stage.origins,
    inlined: false,
  });
}

function cacheWrite(
  stages: MutableComputation[],
  index: number,
  stage: MutableComputation,
  cache: string,
): void {
  const outputs = outputNames(cache, stage.outputs.length);
  const spatial = stage.spatial.map((name) => `${name}_c`);
  const renamed = new Map(stage.spatial.map((name, i) => [name, axis(spatial[i] as string)]));
  const bodies = stage.bodies.map((body) =>
    substitute(body, { axis: (name) => renamed.get(name), load: () => undefined }),
  );
  stages.splice(index, 0, { ...stage, name: cache, spatial, bodies, outputs });
  stage.reductions = [];
  stage.bodies = outputs.map((output) => loadAll(output, stage.spatial));
}

function rfactor(
  stages: MutableComputation[],
  index: number,
  stage: MutableComputation,
  edit: Extract<DagEdit, { kind: 'rfactor' }>,
): void {
  const axes = new Map(edit.reduceAxes.map(({ name, digits }) => [name, sumOfDigits(digits)]));
  const partialOutputs = outputNames(edit.partial, stage.outputs.length);
  const finalOutputs = outputNames(edit.final, stage.outputs.length);
  const partialSpatialCount = stage.spatial.length + 1;
  const names = edit.partialAxes.map((axis) => axis.name);
  const partial: MutableComputation = {
    ...stage,
    name: edit.partial,
    spatial: names.slice(0, partialSpatialCount),
    shape: edit.partialAxes.slice(0, partialSpatialCount).map((axis) => axis.extent),
    reductions: names.slice(partialSpatialCount),
    bodies: stage.bodies.map((body) =>
      substitute(body, { axis: (name) => axes.get(name), load: () => undefined }),
    ),
    outputs: partialOutputs,
  };
  const spatial = stage.spatial.map((_, i) => `ax${i}`);
  const indices = [
    ...spatial.slice(0, edit.factorAxis),
    edit.finalAxis,
    ...spatial.slice(edit.factorAxis),
  ];
  const final: MutableComputation = {
    ...stage,
    name: edit.final,
    spatial,
    reductions: [edit.finalAxis],
    bodies: stage.bodies.map((body, i) => ({
      kind: 'reduce',
      combiner: body.kind === 'reduce' ? body.combiner : 'other',
      operands: [loadAll(partialOutputs[i] as string, indices)],
      dtype: body.dtype,
    })),
    outputs: finalOutputs,
  };
  const renamed = new Map(stage.outputs.map((output, i) => [output, finalOutputs[i] as string]));
  stages.splice(index, 1, partial, final);
  for (const reader of stages) {
    if (reader !== partial) reader.bodies = reader.bodies.map((body) => renameLoads(body, renamed));
  }
}

function inlineAll(stages: readonly MutableComputation[]): ScheduledDag {
  const inlined = new Map<string, { stage: MutableComputation; body: Expression }>();
  const computed = new Map<string, StageComputation>();
  for (const stage of stages) {
    const bodies = stage.bodies.map((body) =>
      substitute(body, {
        axis: () => undefined,
        load: (load) => {
          const producer = inlined.get(load.tensor);
          if (producer === undefined) return undefined;
          const { spatial } = producer.stage;
          const indices = new Map(spatial.map((name, i) => [name, load.indices[i]]));
          return substitute(producer.body, {
            axis: (name) => indices.get(name),
            load: () => undefined,
          });
        },
      }),
    );
    if (stage.inlined) {
      stage.outputs.forEach((output, i) => {
        inlined.set(output, { stage, body: withoutTables(bodies[i] as Expression) });
      });
      continue;
    }
    computed.set(stage.name, {
      name: stage.name,
      kind: stage.kind,
      axisNames: [...stage.spatial, ...stage.reductions],
      spatialCount: stage.spatial.length,
      outputShape: stage.shape,
      bodies,
      outputs: stage.outputs,
      origins: stage.origins,
    });
  }
  return computed;
}

/**
 * An inlined stage that reads nothing is a table of constants (Winograd's
 * transform matrices): TVM unrolls the loops over it and folds it away.
 */
function withoutTables(body: Expression): Expression {
  let loads = 0;
  visit(body, (node) => {
    if (node.kind === 'load') loads += 1;
  });
  return loads > 0 ? body : { kind: 'constant', value: 1, dtype: body.dtype };
}

function renameLoads(body: Expression, renamed: ReadonlyMap<string, string>): Expression {
  return substitute(body, {
    axis: () => undefined,
    load: (load) => {
      const tensor = renamed.get(load.tensor);
      return tensor === undefined ? undefined : { ...load, tensor };
    },
  });
}

function axis(name: string): Expression {
  return { kind: 'axis', name, dtype: 'int32' };
}

function loadAll(tensor: string, axes: readonly string[]): Expression {
  return { kind: 'load', tensor, indices: axes.map(axis), dtype: '' };
}

function sumOfDigits(digits: readonly AxisDigit[]): Expression {
  const terms = digits.map(({ axis: name, divisor, modulus, weight }) => {
    const quotient = withConstant('floordiv', axis(name), divisor);
    const digit = modulus === 0 ? quotient : withConstant('floormod', quotient, modulus);
    return withConstant('mul', digit, weight);
  });
  const [first, ...rest] = terms;
  if (first === undefined) return { kind: 'constant', value: 0, dtype: 'int32' };
  return rest.reduce<Expression>(
    (sum, term) => ({ kind: 'binary', operator: 'add', operands: [sum, term], dtype: 'int32' }),
    first,
  );
}

function withConstant(
  operator: 'floordiv' | 'floormod' | 'mul',
  operand: Expression,
  constant: number,
): Expression {
  if (operator !== 'floormod' && constant === 1) return operand;
  return {
    kind: 'binary',
    operator,
    operands: [operand, { kind: 'constant', value: constant, dtype: 'int32' }],
    dtype: 'int32',
  };
}
