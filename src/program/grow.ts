/** Columns that are reused and grow: capacity doubles, so that growing stays rare. */

type Column = Float64Array | Int32Array | Uint8Array;

/** The column itself where it holds `length` entries, else a longer one with the same content. */
export function growTo<C extends Column>(column: C, length: number): C {
  if (length <= column.length) return column;
  const Longer = column.constructor as new (length: number) => C;
  const longer = new Longer(Math.max(length, column.length * 2));
  longer.set(column);
  return longer;
}
