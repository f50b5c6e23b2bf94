/** What the stages of a DAG compute once caching, rfactor and inlining are applied. */
import type { Expression } from './expression';

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

/** By stage name; inlined stages are gone. */
export type ScheduledDag = ReadonlyMap<string, StageComputation>;
