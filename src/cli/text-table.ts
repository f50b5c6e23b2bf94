import Table from 'cli-table3';

export type Cell = string | number;

/** No frame and no colours: columns that people read and `awk` splits. */
const CHARACTERS = Object.freeze({
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
});

/** Rows under their heads; columns whose head is in `numeric` are flush right. */
export function textTable(
  heads: readonly string[],
  rows: readonly (readonly Cell[])[],
  numeric: readonly string[] = [],
): string {
  const table = new Table({
    head: [...heads],
    chars: CHARACTERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: heads.map((head) => (numeric.includes(head) ? 'right' : 'left')),
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
