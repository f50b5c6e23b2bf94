import fc from 'fast-check';
import { assign } from '../../src/features/assignment';

/** The least sum over all ways to give each row a column of its own. */
function leastByTrying(costs: Float64Array, rows: number, columns: number, taken = 0): number {
  const row = rows - 1;
  if (row < 0) return 0;
  let least = Number.POSITIVE_INFINITY;
  for (let column = 0; column < columns; column++) {
    if (taken & (1 << column)) continue;
    const rest = leastByTrying(costs, row, columns, taken | (1 << column));
    least = Math.min(least, rest + (costs[row * columns + column] as number));
  }
  return least;
}

describe('assign()', () => {
  it('should find what trying everything finds', () => {
    const problem = fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 2 }))
      .chain(([rows, surplus]) =>
        fc.tuple(
          fc.constant(rows),
          fc.constant(rows + surplus),
          fc.array(fc.integer({ min: 0, max: 9 }), {
            minLength: rows * (rows + surplus),
            maxLength: rows * (rows + surplus),
          }),
        ),
      );
    fc.assert(
      fc.property(problem, ([rows, columns, values]) => {
        const costs = Float64Array.from(values);
        const found = assign(costs, rows, columns);
        expect(new Set(found).size).toBe(rows);
        const sum = Array.from(found).reduce(
          (total, column, row) => total + (costs[row * columns + column] as number),
          0,
        );
        expect(sum).toBe(leastByTrying(costs, rows, columns));
      }),
    );
  });

  it('should give nothing for nothing', () => {
    expect(assign(new Float64Array(0), 0, 3)).toHaveLength(0);
  });
});
