/** Features of many programs, one after the other in columns that grow and are reused. */
import type { Code } from '../errors';
import type { PredictionFailure } from '../predictor';

export interface FeatureFailure {
  readonly ok: false;
  readonly failure: PredictionFailure;
  readonly code: Code;
  readonly reason: string;
}

export interface ProgramFeatures {
  readonly leafCount: number;
  /** leafCount × schema.leaf.length, row-major; magnitudes as log2(1 + x), not standardised. */
  readonly leaves: Float32Array;
  /** leafCount: pre-order number of each leaf among the loops and leaves of the printed nest. */
  readonly positions: Int32Array;
  /** leafCount: loops around each leaf. */
  readonly depths: Int32Array;
  /** Analytical latency of the program, seconds, positive. */
  readonly estimateSeconds: number;
}

export type FeatureResult =
  | { readonly ok: true; readonly features: ProgramFeatures }
  | FeatureFailure;

/**
 * Features of the programs of one call, good until the extractor's next call. Columns of
 * leaves may be longer than they are filled: `firstLeaf` says how far.
 */
export interface FeatureBatch {
  readonly programCount: number;
  /** programCount + 1 entries: rows of program i are those from `firstLeaf[i]` to `firstLeaf[i + 1]`; none where it failed. */
  readonly firstLeaf: Int32Array;
  /** Row-major, as wide as the schema; magnitudes as log2(1 + x), not standardised. */
  readonly leaves: Float32Array;
  /** Pre-order number of each leaf among the loops and leaves of its printed nest. */
  readonly positions: Int32Array;
  /** Loops around each leaf. */
  readonly depths: Int32Array;
  /** programCount entries: analytical latency, seconds, positive; 0 where the program failed. */
  readonly estimateSeconds: Float64Array;
  /** By number of the program. */
  readonly failures: ReadonlyMap<number, FeatureFailure>;
}

/** A batch in the making: `begin`, then for each program in turn `addProgram` or `fail`. */
export interface FeatureBatchBuffer extends FeatureBatch {
  begin(programCount: number): void;
  /** Makes room for the program's leaves and returns the row of the first, to be written by the caller. */
  addProgram(leafCount: number, estimateSeconds: number): number;
  fail(failure: FeatureFailure): void;
}

/** For rows of `width` features. */
export function createFeatureBatchBuffer(width: number): FeatureBatchBuffer {
  const failures = new Map<number, FeatureFailure>();
  let programs = 0;
  const buffer = {
    programCount: 0,
    firstLeaf: new Int32Array(1),
    leaves: new Float32Array(0),
    positions: new Int32Array(0),
    depths: new Int32Array(0),
    estimateSeconds: new Float64Array(0),
    failures,
    begin(programCount: number): void {
      programs = 0;
      buffer.programCount = programCount;
      failures.clear();
      if (buffer.estimateSeconds.length >= programCount) return;
      buffer.firstLeaf = new Int32Array(programCount + 1);
      buffer.estimateSeconds = new Float64Array(programCount);
    },
    addProgram(leafCount: number, estimateSeconds: number): number {
      const first = buffer.firstLeaf[programs] as number;
      const rows = first + leafCount;
      if (rows > buffer.positions.length) grow(rows);
      buffer.estimateSeconds[programs] = estimateSeconds;
      programs += 1;
      buffer.firstLeaf[programs] = rows;
      return first;
    },
    fail(failure: FeatureFailure): void {
      failures.set(programs, failure);
      buffer.addProgram(0, 0);
    },
  };
  const grow = (rows: number): void => {
    const capacity = Math.max(64, 2 * rows);
    const { leaves, positions, depths } = buffer;
    buffer.leaves = new Float32Array(capacity * width);
    buffer.leaves.set(leaves);
    buffer.positions = new Int32Array(capacity);
    buffer.positions.set(positions);
    buffer.depths = new Int32Array(capacity);
    buffer.depths.set(depths);
  };
  return buffer;
}

/** A copy of one program's features out of a batch. */
export function programFeatures(batch: FeatureBatch, index: number): FeatureResult {
  const failure = batch.failures.get(index);
  if (failure !== undefined) return failure;
  const first = batch.firstLeaf[index] as number;
  const end = batch.firstLeaf[index + 1] as number;
  const width = batch.leaves.length / batch.positions.length;
  const features: ProgramFeatures = {
    leafCount: end - first,
    leaves: batch.leaves.slice(first * width, end * width),
    positions: batch.positions.slice(first, end),
    depths: batch.depths.slice(first, end),
    estimateSeconds: batch.estimateSeconds[index] as number,
  };
  return { ok: true, features };
}

/** Adds one program's features, or its failure, to a batch in the making. */
export function addResult(batch: FeatureBatchBuffer, result: FeatureResult): void {
  if (!result.ok) {
    batch.fail(result);
    return;
  }
  const { leafCount, leaves, positions, depths, estimateSeconds } = result.features;
  const row = batch.addProgram(leafCount, estimateSeconds);
  batch.leaves.set(leaves, row * (leaves.length / leafCount));
  batch.positions.set(positions, row);
  batch.depths.set(depths, row);
}
