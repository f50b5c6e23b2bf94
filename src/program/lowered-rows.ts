/** TVM's own features of a lowered program, as they travel and rest: rows of little-endian float32. */
import { invalidArgument } from '../errors';

/** Numbers of one row, which describes one stored buffer. */
export const LOWERED_ROW_LENGTH = 164;

export const LOWERED_ROW_BYTES = LOWERED_ROW_LENGTH * Float32Array.BYTES_PER_ELEMENT;

/** Rows × 164, row-major → bytes. */
export function encodeLoweredRows(rows: Float32Array): Uint8Array {
  const bytes = new Uint8Array(rows.length * Float32Array.BYTES_PER_ELEMENT);
  const view = new DataView(bytes.buffer);
  rows.forEach((value, i) => {
    view.setFloat32(i * Float32Array.BYTES_PER_ELEMENT, value, true);
  });
  return bytes;
}

/**
 * Bytes → rows × 164, row-major, in memory of its own. INVALID_ARGUMENT for a
 * part of a row or a number that is not finite.
 */
export function decodeLoweredRows(field: string, bytes: Uint8Array): Float32Array {
  if (bytes.byteLength % LOWERED_ROW_BYTES !== 0) {
    throw invalidArgument(
      `${field} has ${bytes.byteLength} bytes; it must be whole rows of ${LOWERED_ROW_BYTES} (${LOWERED_ROW_LENGTH} float32)`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows = new Float32Array(bytes.byteLength / Float32Array.BYTES_PER_ELEMENT);
  for (let i = 0; i < rows.length; i++) {
    const value = view.getFloat32(i * Float32Array.BYTES_PER_ELEMENT, true);
    if (!Number.isFinite(value)) {
      const row = Math.floor(i / LOWERED_ROW_LENGTH);
      throw invalidArgument(
        `${field}: number ${i % LOWERED_ROW_LENGTH} of row ${row} is ${value}; it must be finite`,
      );
    }
    rows[i] = value;
  }
  return rows;
}
