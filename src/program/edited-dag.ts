/** The stages of a DAG with the edits of steps applied, but for what inlining puts together. */
import { internalError, invalidArgument } from '../errors';
import type { AxisDigit, DagEdit } from './dag-edit';
import type { Expression } from './expression';
import { substitute, visit } from './substitute';
import type { Stage } from './task';

/**
 * A stage of a DAG under edits. Never changed: an edit makes new ones of those that it
 * concerns and keeps the others, so that what follows from a stage is worked out once.
 */
export interface EditedStage {
  readonly name: string;
  readonly kind: Stage['kind'];
  readonly spatial: readonly string[];
  readonly shape: readonly number[];
  readonly reductions: readonly string[];
  readonly bodies: readonly Expression[];
  readonly outputs: readonly string[];
  readonly origins: readonly string[];
  readonly inlined: boolean;
}

/** In TVM's order, producers before consumers. */
export type EditedDag = readonly EditedStage[];

export function outputNames(name: string, count: number): readonly string[] {
  return count <= 1 ? [name] : Array.from({ length: count }, (_, i) => `${name}.v${i}`);
}

/** The stages of a task before any edit. */
export function startOfDag(dag: readonly Stage[]): EditedDag {
  return dag.map((stage) => {
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
}

/** Throws INVALID_ARGUMENT where a stage cannot be inlined. */
export function applyEdit(stages: EditedDag, edit: DagEdit): EditedDag {
  const index = stages.findIndex((stage) => stage.name === edit.stage);
  const stage = stages[index];
  if (stage === undefined) throw internalError(`edit of unknown stage "${edit.stage}"`);
  switch (edit.kind) {
    case 'inline':
      if (stage.kind !== 'compute' || stage.reductions.length > 0) {
        throw invalidArgument(`transform_steps: stage "${stage.name}" cannot be inlined`);
      }
      return replaced(stages, index, [{ ...stage, inlined: true }]);
    case 'cache-read':
      return cacheRead(stages, index, stage, edit);
    case 'cache-write':
      return replaced(stages, index, cacheWrite(stage, edit.cache));
    case 'rfactor':
      return rfactor(stages, index, stage, edit);
  }
}

function replaced(stages: EditedDag, index: number, by: readonly EditedStage[]): EditedDag {
  return [...stages.slice(0, index), ...by, ...stages.slice(index + 1)];
}

function cacheRead(
  stages: EditedDag,
  index: number,
  stage: EditedStage,
  edit: Extract<DagEdit, { kind: 'cache-read' }>,
): EditedDag {
  const outputs = outputNames(edit.cache, stage.outputs.length);
  const spatial = stage.spatial.map((_, i) => `ax${i}`);
  const renamed = new Map(stage.outputs.map((output, i) => [output, outputs[i] as string]));
  const readers = stages.map((reader) =>
    edit.readers.includes(reader.name) ? withRenamedLoads(reader, renamed) : reader,
  );
  const cache: EditedStage = {
    name: edit.cache,
    kind: 'compute',
    spatial,
    shape: stage.shape,
    reductions: [],
    bodies: stage.outputs.map((output) => loadAll(output, spatial)),
    outputs,
    origins: stage.origins,
    inlined: false,
  };
  return replaced(readers, index, [readers[index] as EditedStage, cache]);
}

function cacheWrite(stage: EditedStage, cache: string): readonly EditedStage[] {
  const outputs = outputNames(cache, stage.outputs.length);
  const spatial = stage.spatial.map((name) => `${name}_c`);
  const renamed = new Map(stage.spatial.map((name, i) => [name, axis(spatial[i] as string)]));
  const bodies = stage.bodies.map((body) =>
    substitute(body, { axis: (name) => renamed.get(name), load: () => undefined }),
  );
  return [
    { ...stage, name: cache, spatial, bodies, outputs },
    {
      ...stage,
      reductions: [],
      bodies: outputs.map((output) => loadAll(output, stage.spatial)),
    },
  ];
}

function rfactor(
  stages: EditedDag,
  index: number,
  stage: EditedStage,
  edit: Extract<DagEdit, { kind: 'rfactor' }>,
): EditedDag {
  const axes = new Map(edit.reduceAxes.map(({ name, digits }) => [name, sumOfDigits(digits)]));
  const partialOutputs = outputNames(edit.partial, stage.outputs.length);
  const finalOutputs = outputNames(edit.final, stage.outputs.length);
  const partialSpatialCount = stage.spatial.length + 1;
  const names = edit.partialAxes.map((axis) => axis.name);
  const partial: EditedStage = {
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
  const final: EditedStage = {
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
  const readers = stages.map((reader) => withRenamedLoads(reader, renamed));
  return replaced(readers, index, [partial, final]);
}

/** Names of the tensors that a stage reads; worked out once. */
const loadsOfStage = new WeakMap<EditedStage, ReadonlySet<string>>();

export function loadsOf(stage: EditedStage): ReadonlySet<string> {
  const known = loadsOfStage.get(stage);
  if (known !== undefined) return known;
  const loads = new Set<string>();
  for (const body of stage.bodies) {
    visit(body, (node) => {
      if (node.kind === 'load') loads.add(node.tensor);
    });
  }
  loadsOfStage.set(stage, loads);
  return loads;
}

/** By stage and new names: the variants of a factored reduction all rename their readers alike. */
const renamedStages = new WeakMap<EditedStage, Map<string, EditedStage>>();

function withRenamedLoads(stage: EditedStage, renamed: ReadonlyMap<string, string>): EditedStage {
  const loads = loadsOf(stage);
  const used = [...renamed].filter(([tensor]) => loads.has(tensor));
  if (used.length === 0) return stage;
  const byNames = renamedStages.get(stage) ?? new Map<string, EditedStage>();
  renamedStages.set(stage, byNames);
  const key = used.join();
  const known = byNames.get(key);
  if (known !== undefined) return known;
  const made = { ...stage, bodies: stage.bodies.map((body) => renameLoads(body, renamed)) };
  byNames.set(key, made);
  return made;
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
