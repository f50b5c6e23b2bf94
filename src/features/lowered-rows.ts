/**
 * TVM's rows in an order of their own. TVM gives them, and within a row buffers
 * with equally many cache lines, in the order of a hash map of pointers, which
 * differs between identical calls.
 */
import { LOWERED_ROW_LENGTH } from '../program';
import {
  LOWERED_BUFFER_LENGTH,
  LOWERED_BUFFERS,
  LOWERED_BUFFERS_OFFSET,
  loweredRowNames,
} from './lowered-feature-names';

const LINES = loweredRowNames.indexOf('B0.lines') - LOWERED_BUFFERS_OFFSET;

/**
 * The same rows for the same program, bit for bit, whatever order they came in.
 *
 * @param rows rows × 164, row-major; not changed.
 */
export function canonicalRows(rows: Float32Array): readonly Float32Array[] {
  return parts(rows, LOWERED_ROW_LENGTH).map(withSortedBuffers).sort(byContent);
}

function withSortedBuffers(row: Float32Array): Float32Array {
  const end = LOWERED_BUFFERS_OFFSET + LOWERED_BUFFERS * LOWERED_BUFFER_LENGTH;
  const buffers = parts(row.subarray(LOWERED_BUFFERS_OFFSET, end), LOWERED_BUFFER_LENGTH);
  buffers.sort((a, b) => (b[LINES] as number) - (a[LINES] as number) || byContent(a, b));
  const sorted = row.slice();
  buffers.forEach((buffer, i) => {
    sorted.set(buffer, LOWERED_BUFFERS_OFFSET + i * LOWERED_BUFFER_LENGTH);
  });
  return sorted;
}

function parts(values: Float32Array, length: number): Float32Array[] {
  return Array.from({ length: values.length / length }, (_, i) =>
    values.subarray(i * length, (i + 1) * length),
  );
}

function byContent(a: Float32Array, b: Float32Array): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
