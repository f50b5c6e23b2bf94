/** Points in rows of one Float32Array: what every method of this room compares. */
import { invalidArgument } from '../errors';

/** Columns between two looks at the limit. */
const CHUNK = 32;

/**
 * Squared Euclidean distance of row `i` of `a` and row `j` of `b`, both `width` wide. Where it is
 * above `limit`, some number above `limit`: who looks for the nearest need not know how far the
 * others are.
 */
export function squaredDistance(
  a: Float32Array,
  i: number,
  b: Float32Array,
  j: number,
  width: number,
  limit = Number.POSITIVE_INFINITY,
): number {
  const p = i * width;
  const q = j * width;
  let sum = 0;
  for (let start = 0; start < width; start += CHUNK) {
    const end = Math.min(width, start + CHUNK);
    for (let c = start; c < end; c++) {
      const x = (a[p + c] as number) - (b[q + c] as number);
      sum += x * x;
    }
    if (sum > limit) return sum;
  }
  return sum;
}

/** Rows that `points` holds; INVALID_ARGUMENT where they are no rows, or a number is not finite. */
export function countRows(field: string, points: Float32Array, width: number): number {
  if (!Number.isInteger(width) || width < 1) {
    throw invalidArgument(`${field}: width ${width}; it must be an integer of at least 1`);
  }
  if (points.length % width !== 0) {
    throw invalidArgument(
      `${field}: ${points.length} numbers are not whole rows of ${width}; give rows x width numbers`,
    );
  }
  const wrong = points.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw invalidArgument(
      `${field}: row ${Math.floor(wrong / width)}, column ${wrong % width} is ${points[wrong]}; it must be finite: leave out programs without sound features`,
    );
  }
  return points.length / width;
}

/** Copies of the rows, in the order of `rows`. */
export function takeRows(
  points: Float32Array,
  width: number,
  rows: ArrayLike<number>,
): Float32Array {
  const taken = new Float32Array(rows.length * width);
  for (let r = 0; r < rows.length; r++) {
    const from = (rows[r] as number) * width;
    taken.set(points.subarray(from, from + width), r * width);
  }
  return taken;
}
