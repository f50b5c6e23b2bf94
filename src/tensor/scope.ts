import type { Tensor, Tf } from './backend';
import { fromTfError } from './tf-error';

/** What may leave a scope: tensors, and plain containers of them. */
export type ScopeResult =
  | undefined
  | number
  | Tensor
  | readonly Tensor[]
  | Readonly<Record<string, Tensor>>;

/**
 * Runs `compute` and releases every tensor that it made except what it returns;
 * what it throws comes out as a PredictorError that says what was being done.
 * The caller owns the result and names it `owned…`.
 */
export function inScope<T extends ScopeResult>(tf: Tf, doing: string, compute: () => T): T {
  try {
    return tf.tidy(compute as () => never) as T;
  } catch (thrown) {
    throw fromTfError(thrown, doing);
  }
}

/** Computes one tensor and reads its numbers, row-major, copied into this realm; no tensor is left. */
export function readInScope(tf: Tf, doing: string, compute: () => Tensor): Float32Array {
  try {
    let numbers: Float32Array = new Float32Array(0);
    // Not returned from the scope: tfjs would search it for tensors, number by number.
    tf.tidy(() => {
      numbers = new Float32Array(compute().dataSync());
    });
    return numbers;
  } catch (thrown) {
    throw fromTfError(thrown, doing);
  }
}
