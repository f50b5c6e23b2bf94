/** What steps do to the stages of a DAG, beside changing their loops. */
import type { Axis } from './task';

export type MemoryScope = 'global' | 'shared' | 'local';

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
