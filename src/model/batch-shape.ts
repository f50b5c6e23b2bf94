/**
 * Batches of a few fixed shapes.
 *
 * A program goes to the bucket of its own leaf count, and every bucket has one
 * program count: a batch that is not full is padded, never shrunk. So the kernels
 * that a program meets are the same whatever else is asked, and with them the
 * order of every sum: that is what makes its latency repeat bit for bit (see the
 * room's README for what was tried). It also keeps oneDNN's cache of compiled
 * kernels, one per shape, small.
 */
import { internalError } from '../errors';
import type { LatencyModelConfig } from './config';

/** A program as the model sees it: its leaves, in pre-order. */
export interface LeafSequence {
  readonly leafCount: number;
  /** leafCount x F, row-major, not standardised. */
  readonly leaves: Float32Array;
  /** Pre-order serial number of each leaf in the printed nest. */
  readonly positions: Int32Array;
  /** Loops around each leaf. */
  readonly depths: Int32Array;
}

/** Programs padded to one shape. P programs of L leaves; R = P·L rows. */
export interface PackedBatch {
  readonly programCount: number;
  readonly leafBucket: number;
  /** R x F; rows of padding are zero. */
  readonly leaves: Float32Array;
  /** R. */
  readonly positions: Int32Array;
  /** R. */
  readonly depths: Int32Array;
  /** R: 1 on a leaf, 0 on padding. Each program has at least one 1. */
  readonly mask: Float32Array;
  /** P x D. */
  readonly devices: Float32Array;
  /** P: rows of the learned device table. */
  readonly deviceRows: Int32Array;
}

/** On what a program runs. */
export interface DeviceInput {
  /** [D], raw. */
  readonly vector: Float32Array;
  /** Of the learned table; see `deviceRow`. */
  readonly row: number;
}

/**
 * Padded leaf counts. Most programs of a CPU have 2 or 3 leaves and of a GPU 4; finer buckets
 * above would save rows of padding and pay for them with batches that are not full. Larger
 * programs go to the next power of two.
 */
const SMALL_LEAF_BUCKETS: readonly number[] = [2, 3, 4, 8, 16];
/** Programs of a batch at most: a chunk of a search's calls fills one batch. */
const MOST_PROGRAMS = 512;
/**
 * Rows of a batch at most, and of every bucket from 4 leaves on. A batch costs as much as some
 * 700 rows before its first row, so that fewer would waste more than padding does.
 */
export const BATCH_ROWS = 2048;

/** The padded leaf count of a program: 2, 3, 4, 8, 16, 32, … */
export function leafBucketOf(leafCount: number): number {
  const small = SMALL_LEAF_BUCKETS.find((bucket) => leafCount <= bucket);
  return small ?? 2 ** Math.ceil(Math.log2(leafCount));
}

/** The one program count of a bucket. Its rows are a multiple of every vector width, so that no kernel has a tail. */
export function programsPerBatch(leafBucket: number): number {
  return Math.max(1, Math.min(MOST_PROGRAMS, BATCH_ROWS / leafBucket));
}

/** The buckets that nearly all programs are in: their kernels are worth compiling ahead. */
export const COMMON_LEAF_BUCKETS: readonly number[] = SMALL_LEAF_BUCKETS;

/** Where each program of a request goes: for every bucket in use, the indices in batches of its program count. */
export function planBatches(leafCounts: ArrayLike<number>): {
  readonly leafBucket: number;
  readonly indices: readonly number[];
}[] {
  const byBucket = new Map<number, number[]>();
  for (let i = 0; i < leafCounts.length; i++) {
    const bucket = leafBucketOf(leafCounts[i] as number);
    const indices = byBucket.get(bucket);
    if (indices === undefined) byBucket.set(bucket, [i]);
    else indices.push(i);
  }
  const plan = [];
  for (const leafBucket of [...byBucket.keys()].sort((a, b) => a - b)) {
    const indices = byBucket.get(leafBucket) as number[];
    const size = programsPerBatch(leafBucket);
    for (let start = 0; start < indices.length; start += size) {
      plan.push({ leafBucket, indices: indices.slice(start, start + size) });
    }
  }
  return plan;
}

/** Empty room for a batch, to be filled again and again by `packBatch`. */
export function allocateBatch(
  config: LatencyModelConfig,
  programCount: number,
  leafBucket: number,
): PackedBatch {
  const rows = programCount * leafBucket;
  return {
    programCount,
    leafBucket,
    leaves: new Float32Array(rows * config.leafWidth),
    positions: new Int32Array(rows),
    depths: new Int32Array(rows),
    mask: new Float32Array(rows),
    devices: new Float32Array(programCount * config.deviceWidth),
    deviceRows: new Int32Array(programCount),
  };
}

/**
 * Writes `programs` into `batch`, the rest of it padding. A program's device
 * is `devices[i]`, or the only one given.
 */
export function packBatch(
  batch: PackedBatch,
  programs: readonly LeafSequence[],
  devices: readonly DeviceInput[],
): void {
  const { programCount, leafBucket } = batch;
  const leafWidth = batch.leaves.length / batch.mask.length;
  const deviceWidth = batch.devices.length / programCount;
  if (programs.length > programCount) {
    throw internalError(`${programs.length} programs do not fit a batch of ${programCount}`);
  }
  batch.leaves.fill(0);
  batch.positions.fill(0);
  batch.depths.fill(0);
  batch.mask.fill(0);
  batch.devices.fill(0);
  batch.deviceRows.fill(0);
  for (let p = 0; p < programCount; p++) {
    const row = p * leafBucket;
    const program = programs[p];
    // A program of padding keeps one zero leaf, so that no mean divides by zero.
    if (program === undefined || program.leafCount === 0) {
      batch.mask[row] = 1;
    } else {
      const { leafCount } = program;
      if (leafCount > leafBucket || program.leaves.length !== leafCount * leafWidth) {
        throw internalError(
          `a program of ${leafCount} leaves and ${program.leaves.length} numbers does not fit ` +
            `${leafBucket} leaves of ${leafWidth}`,
        );
      }
      batch.leaves.set(program.leaves, row * leafWidth);
      batch.positions.set(program.positions, row);
      batch.depths.set(program.depths, row);
      batch.mask.fill(1, row, row + leafCount);
    }
    const device = devices.length === 1 ? devices[0] : devices[p];
    if (device !== undefined && program !== undefined) {
      batch.devices.set(device.vector, p * deviceWidth);
      batch.deviceRows[p] = device.row;
    }
  }
}
