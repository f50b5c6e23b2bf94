/** A compute DAG with transform steps applied: what the steps alone determine. */
import { createIterator, type Iterator } from './iterator';
import type { Axis } from './task';

export type MemoryScope = 'global' | 'shared' | 'local';

export interface ScheduledStage {
  readonly name: string;
  readonly kind: 'placeholder' | 'compute' | 'opaque';
  readonly scope: MemoryScope;
  /** Spatial axes first, then reduction axes. */
  readonly axes: readonly Axis[];
  readonly spatialCount: number;
  /** In the order of the loops, outermost first. */
  iterators: Iterator[];
  location:
    | { readonly kind: 'root' }
    | { readonly kind: 'inlined' }
    | {
        readonly kind: 'at';
        readonly stage: ScheduledStage;
        readonly iterator: Iterator;
        /** Number of the step that put it there: what is attached first is printed first. */
        readonly step: number;
      };
  autoUnrollMaxStep: number;
  storageAligned: boolean;
}

/** A change that a step makes to what the stages compute, in terms of stage names. */
export type DagEdit =
  | { readonly kind: 'inline'; readonly stage: string }
  | {
      readonly kind: 'cache-read';
      readonly stage: string;
      readonly cache: string;
      readonly readers: readonly string[];
    }
  | { readonly kind: 'cache-write'; readonly stage: string; readonly cache: string }
  | {
      readonly kind: 'rfactor';
      readonly stage: string;
      readonly partial: string;
      readonly final: string;
      /** Axes of the partial stage: spatial ones with the factored one at `factorAxis`, then reductions. */
      readonly partialAxes: readonly Axis[];
      readonly factorAxis: number;
      /** Reduction axis of the final stage. */
      readonly finalAxis: string;
      /** Each reduction axis of the original stage as a mixed-radix number of the partial stage's axes. */
      readonly reduceAxes: readonly {
        readonly name: string;
        readonly digits: readonly AxisDigit[];
      }[];
    };

/** One digit of an original axis: floor(axis / divisor) mod modulus, times weight; a modulus of 0 is none. */
export interface AxisDigit {
  readonly axis: string;
  readonly divisor: number;
  readonly modulus: number;
  readonly weight: number;
}

export interface Schedule {
  /** In TVM's order, producers before consumers. */
  readonly stages: readonly ScheduledStage[];
  readonly edits: readonly DagEdit[];
}

/** A stage as it stands before any step: one iterator for each axis, computed at the root. */
export function createScheduledStage(
  name: string,
  kind: ScheduledStage['kind'],
  scope: MemoryScope,
  axes: readonly Axis[],
  spatialCount: number,
): ScheduledStage {
  const iterators = axes.map((axis, index) =>
    createIterator(axis.name, axis.name, { kind: 'axis', axis: index }),
  );
  const location = { kind: 'root' } as const;
  return {
    name,
    kind,
    scope,
    axes,
    spatialCount,
    iterators,
    location,
    autoUnrollMaxStep: 0,
    storageAligned: false,
  };
}
