/** Rows of one statement: SQLite allows 32,766 parameters, PostgreSQL 65,535, a record has 16. */
export const ROWS_PER_STATEMENT = 500;

/** Cut into what one statement carries. */
export function partsOf<T>(items: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += ROWS_PER_STATEMENT) {
    parts.push(items.slice(start, start + ROWS_PER_STATEMENT));
  }
  return parts;
}
