/** Which tensors a computed stage touches, and by which indices. */
import type { Expression } from './expression';
import { type CompiledIndex, compileIndex } from './index-span';
import type { ScheduledDag, StageComputation } from './scheduled-dag';

export interface TensorAccess {
  /** Tensor as the loads name it. */
  readonly tensor: string;
  /** Tensor of the task that has its shape and type. */
  readonly origin: string;
  /** Stage that makes it; a placeholder of the task otherwise. */
  readonly producer: string;
  readonly isWrite: boolean;
  readonly indices: readonly CompiledIndex[];
  readonly expressions: readonly Expression[];
  /** How often the same tensor is read with the same indices in one iteration. */
  readonly multiplicity: number;
}

/** Writes first, then reads in the order of the text, the same read once. */
export function accessesOf(stage: StageComputation, dag: ScheduledDag): readonly TensorAccess[] {
  const producers = new Map<string, { producer: string; origin: string }>();
  for (const computation of dag.values()) {
    computation.outputs.forEach((output, i) => {
      producers.set(output, { producer: computation.name, origin: computation.origins[i] as string });
    });
  }
  const writes = stage.outputs.map((output, i) => {
    const expressions = stage.axisNames
      .slice(0, stage.spatialCount)
      .map((name): Expression => ({ kind: 'axis', name, dtype: 'int32' }));
    return access(output, stage.origins[i] as string, stage.name, true, expressions, stage, 1);
  });
  const reads = new Map<string, { load: Extract<Expression, { kind: 'load' }>; count: number }>();
  const collect = (node: Expression): void => {
    if (node.kind === 'load') {
      const key = JSON.stringify([node.tensor, node.indices]);
      const known = reads.get(key);
      if (known === undefined) reads.set(key, { load: node, count: 1 });
      else known.count += 1;
      node.indices.forEach(collect);
      return;
    }
    if (node.kind !== 'constant' && node.kind !== 'axis') node.operands.forEach(collect);
  };
  stage.bodies.forEach(collect);
  const readAccesses = [...reads.values()].map(({ load, count }) => {
    const { producer, origin } = producers.get(load.tensor) ?? { producer: load.tensor, origin: load.tensor };
    return access(load.tensor, origin, producer, false, load.indices, stage, count);
  });
  return [...writes, ...readAccesses];
}

function access(
  tensor: string,
  origin: string,
  producer: string,
  isWrite: boolean,
  expressions: readonly Expression[],
  stage: StageComputation,
  multiplicity: number,
): TensorAccess {
  const indices = expressions.map((expression) => compileIndex(expression, stage.axisNames));
  return { tensor, origin, producer, isWrite, indices, expressions, multiplicity };
}
