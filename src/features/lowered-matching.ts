/** Which of TVM's rows belongs to which leaf: by what both know of it, never by place. */
import { assign } from './assignment';
import {
  LOWERED_BUFFER_LENGTH,
  LOWERED_BUFFERS,
  LOWERED_BUFFERS_OFFSET,
  loweredRowNames,
} from './lowered-feature-names';

/** What is compared of a leaf and a row; magnitudes as log2(1 + x). */
export interface MatchKey {
  /** Of all loops around it, as printed. */
  readonly iterations: number;
  readonly loops: number;
  /**
   * Of these, how many may be loops of one iteration that are bound to blocks,
   * threads or virtual threads: TVM lowers them, its print leaves them out.
   */
  readonly unitLoops: number;
  /** Of the buffer that it writes, each once; undefined where that is not known. */
  readonly writtenBytes: number | undefined;
  /** On floats, all iterations; a multiply-add is two. */
  readonly floatOperations: number;
  readonly vectorLength: number;
  readonly parallelExtent: number;
  /** Of all buffers, each once. */
  readonly touchedBytes: number;
  readonly comparesFloats: boolean;
  readonly isReduction: boolean;
}

export interface LeafMatch {
  /** Row of the leaf; undefined where there are fewer rows than leaves. */
  readonly row: number | undefined;
  /** Iterations and number of loops agree. */
  readonly isExact: boolean;
  /**
   * Rows beyond one a leaf that are nearest to this leaf: a stage with several
   * results writes several buffers in one leaf.
   */
  readonly furtherRows: readonly number[];
}

/** Differences below it are of float32's rounding. */
const ROUNDING = 2 ** -10;
/** TVM touches more than we see in a quarter of the leaves (initialisation, guards): a last resort. */
const WEIGHTS = { iterations: 16, loops: 4, writtenBytes: 2, others: 1, touchedBytes: 0.25 };

/** log2(1 + x) of what is 0 where there is no such loop, which is one of length one. */
const atLeastOne = (value: number): number => Math.max(1, value);

const column = (name: string): number => loweredRowNames.indexOf(name);
const OUTER_PROD = column('outer_prod');
const NUM_LOOPS = column('num_loops');
const VEC_PROD = column('vec_prod');
const PARALLEL_PROD = column('parallel_prod');
const FLOAT_CMP = column('float_cmp');
const IS_GPU = column('is_gpu');
const LAUNCH = ['blockIdx_x_len', 'threadIdx_x_len', 'vthread_len'].map(column);
/** log2(1 + 1): a loop of one, or none at all. */
const LENGTH_OF_ONE = 1;
const FLOAT_OPERATIONS = loweredRowNames.flatMap((name, i) =>
  name.startsWith('float_') ? [{ column: i, operations: name === 'float_mad' ? 2 : 1 }] : [],
);
const [READ, WRITE, READ_WRITE, UNIQUE_BYTES] = [
  'acc_type.kRead',
  'acc_type.kWrite',
  'acc_type.kReadWrite',
  'unique_bytes',
].map((name) => column(`B0.${name}`) - LOWERED_BUFFERS_OFFSET) as [number, number, number, number];

export function keyOfRow(row: Float32Array): MatchKey {
  let writtenBytes: number | undefined;
  let touchedBytes = 0;
  let isReduction = false;
  for (let buffer = 0; buffer < LOWERED_BUFFERS; buffer++) {
    const at = LOWERED_BUFFERS_OFFSET + buffer * LOWERED_BUFFER_LENGTH;
    const isWritten = row[at + WRITE] !== 0 || row[at + READ_WRITE] !== 0;
    if (isWritten && row[at + READ] === 0) writtenBytes ??= row[at + UNIQUE_BYTES];
    if (row[at + READ_WRITE] !== 0) isReduction = true;
    touchedBytes += 2 ** (row[at + UNIQUE_BYTES] as number) - 1;
  }
  const floatOperations = FLOAT_OPERATIONS.reduce(
    (sum, each) => sum + each.operations * (2 ** (row[each.column] as number) - 1),
    0,
  );
  const isGpu = row[IS_GPU] !== 0;
  return {
    iterations: row[OUTER_PROD] as number,
    loops: Math.round(2 ** (row[NUM_LOOPS] as number) - 1),
    unitLoops: isGpu ? LAUNCH.filter((length) => row[length] === LENGTH_OF_ONE).length : 0,
    writtenBytes,
    floatOperations: Math.log2(1 + floatOperations),
    vectorLength: atLeastOne(row[VEC_PROD] as number),
    parallelExtent: atLeastOne(row[PARALLEL_PROD] as number),
    touchedBytes: Math.log2(1 + touchedBytes),
    comparesFloats: row[FLOAT_CMP] !== 0,
    isReduction,
  };
}

/**
 * Pairs as many leaves with rows of their own as there are, at the least
 * difference in all. One entry for each leaf.
 */
export function matchRows(
  leaves: readonly MatchKey[],
  rows: readonly MatchKey[],
): readonly LeafMatch[] {
  const rowOfLeaf = pairUp(leaves, rows);
  const furtherRows: number[][] = leaves.map(() => []);
  const taken = new Set(rowOfLeaf);
  rows.forEach((row, index) => {
    if (!taken.has(index)) furtherRows[nearest(leaves, row)]?.push(index);
  });
  return leaves.map((leaf, index) => {
    const row = rowOfLeaf[index];
    const key = row === undefined ? undefined : rows[row];
    return {
      row,
      isExact: key !== undefined && isExact(leaf, key),
      furtherRows: furtherRows[index] as number[],
    };
  });
}

function pairUp(
  leaves: readonly MatchKey[],
  rows: readonly MatchKey[],
): readonly (number | undefined)[] {
  const [few, many] = leaves.length <= rows.length ? [leaves, rows] : [rows, leaves];
  const costs = Float64Array.from(few.flatMap((a) => many.map((b) => difference(a, b))));
  const pairing = assign(costs, few.length, many.length);
  if (few === leaves) return Array.from(pairing);
  const rowOfLeaf = new Array<number | undefined>(leaves.length).fill(undefined);
  pairing.forEach((leaf, row) => {
    rowOfLeaf[leaf] = row;
  });
  return rowOfLeaf;
}

function nearest(leaves: readonly MatchKey[], row: MatchKey): number {
  const distances = leaves.map((leaf) => difference(leaf, row));
  return distances.indexOf(Math.min(...distances));
}

function difference(a: MatchKey, b: MatchKey): number {
  const isWriteKnown = a.writtenBytes !== undefined && b.writtenBytes !== undefined;
  return (
    WEIGHTS.iterations * gap(a.iterations, b.iterations) +
    WEIGHTS.loops * loopGap(a, b) +
    (isWriteKnown ? WEIGHTS.writtenBytes * gap(a.writtenBytes, b.writtenBytes) : 0) +
    WEIGHTS.others *
      (gap(a.floatOperations, b.floatOperations) +
        gap(a.vectorLength, b.vectorLength) +
        gap(a.parallelExtent, b.parallelExtent) +
        Number(a.comparesFloats !== b.comparesFloats) +
        Number(a.isReduction !== b.isReduction)) +
    WEIGHTS.touchedBytes * gap(a.touchedBytes, b.touchedBytes)
  );
}

function gap(a: number, b: number): number {
  const distance = Math.abs(a - b);
  return distance < ROUNDING ? 0 : distance;
}

function loopGap(a: MatchKey, b: MatchKey): number {
  return Math.max(0, a.loops - a.unitLoops - b.loops, b.loops - b.unitLoops - a.loops);
}

function isExact(a: MatchKey, b: MatchKey): boolean {
  return gap(a.iterations, b.iterations) === 0 && loopGap(a, b) === 0;
}
