/**
 * The cheapest pairing of `rows` with different columns: the Hungarian method with
 * potentials (Kuhn 1955; Jonker and Volgenant 1987), O(rows² · columns).
 *
 * @param costs rows × columns, row-major, finite; rows ≤ columns.
 * @returns for each row its column. The same costs give the same pairing.
 */
export function assign(costs: Float64Array, rows: number, columns: number): Int32Array {
  // Places are counted from 1; 0 stands for none.
  const rowPotential = new Float64Array(rows + 1);
  const columnPotential = new Float64Array(columns + 1);
  const rowOfColumn = new Int32Array(columns + 1);
  const cameFrom = new Int32Array(columns + 1);
  for (let row = 1; row <= rows; row++) {
    const slack = new Float64Array(columns + 1).fill(Number.POSITIVE_INFINITY);
    const isVisited = new Uint8Array(columns + 1);
    rowOfColumn[0] = row;
    let column = 0;
    do {
      isVisited[column] = 1;
      const at = rowOfColumn[column] as number;
      let least = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let other = 1; other <= columns; other++) {
        if (isVisited[other]) continue;
        const reduced =
          (costs[(at - 1) * columns + other - 1] as number) -
          (rowPotential[at] as number) -
          (columnPotential[other] as number);
        if (reduced < (slack[other] as number)) {
          slack[other] = reduced;
          cameFrom[other] = column;
        }
        if ((slack[other] as number) < least) {
          least = slack[other] as number;
          next = other;
        }
      }
      for (let other = 0; other <= columns; other++) {
        if (isVisited[other]) {
          const holder = rowOfColumn[other] as number;
          rowPotential[holder] = (rowPotential[holder] as number) + least;
          columnPotential[other] = (columnPotential[other] as number) - least;
        } else {
          slack[other] = (slack[other] as number) - least;
        }
      }
      column = next;
    } while (rowOfColumn[column] !== 0);
    while (column !== 0) {
      const before = cameFrom[column] as number;
      rowOfColumn[column] = rowOfColumn[before] as number;
      column = before;
    }
  }
  const columnOfRow = new Int32Array(rows);
  for (let column = 1; column <= columns; column++) {
    const row = rowOfColumn[column] as number;
    if (row > 0) columnOfRow[row - 1] = column - 1;
  }
  return columnOfRow;
}
