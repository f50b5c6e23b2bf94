/** Which tensors a computed stage touches, and by which indices. */
import { invalidArgument } from '../errors';
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
  /** Extents of the tensor, outermost first. */
  readonly shape: readonly number[];
  readonly isWrite: boolean;
  readonly indices: readonly CompiledIndex[];
  readonly expressions: readonly Expression[];
  /** How often the same tensor is read with the same indices in one iteration. */
  readonly multiplicity: number;
}

type Producer = Pick<TensorAccess, 'producer' | 'origin' | 'shape'>;

/** Who makes each tensor of a DAG. */
export type Producers = ReadonlyMap<string, Producer>;

export function producersOf(dag: ScheduledDag): Producers {
  const producers = new Map<string, Producer>();
  for (const computation of dag.values()) {
    computation.outputs.forEach((output, i) => {
      producers.set(output, {
        producer: computation.name,
        origin: computation.origins[i] as string,
        shape: computation.outputShape,
      });
    });
  }
  return producers;
}

/** Writes first, then reads in the order of the text, the same read once. */
export function accessesOf(stage: StageComputation, producers: Producers): readonly TensorAccess[] {
  const writes = stage.outputs.map((output) => {
    const expressions = stage.axisNames
      .slice(0, stage.spatialCount)
      .map((name): Expression => ({ kind: 'axis', name, dtype: 'int32' }));
    const made = producers.get(output) as Producer;
    return access(output, made, true, expressions, stage, 1);
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
    const made = producers.get(load.tensor);
    if (made === undefined) {
      throw invalidArgument(
        `task.stages["${stage.name}"]: it reads "${load.tensor}", which no stage makes`,
      );
    }
    return access(load.tensor, made, false, load.indices, stage, count);
  });
  return [...writes, ...readAccesses];
}

function access(
  tensor: string,
  made: Producer,
  isWrite: boolean,
  expressions: readonly Expression[],
  stage: StageComputation,
  multiplicity: number,
): TensorAccess {
  const indices = expressions.map((expression) => compileIndex(expression, stage.axisNames));
  return { tensor, ...made, isWrite, indices, expressions, multiplicity };
}
