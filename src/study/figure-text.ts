/** Figures as a report writes them. */
import type { Estimate } from '../metrics';

const ABSENT = '–';

/** `14.2 [12.9, 15.7]`: a figure that is in percent already. */
export function percentText(estimate: Estimate | null): string {
  return withInterval(estimate, (value) => value.toFixed(1));
}

/** `0.812 [0.790, 0.834]`. */
export function shareText(estimate: Estimate | null): string {
  return withInterval(estimate, (value) => value.toFixed(3));
}

export function numberText(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined ? ABSENT : value.toFixed(digits);
}

export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** Three digits and a unit. */
export function secondsText(seconds: number): string {
  if (seconds >= 1) return `${seconds.toPrecision(3)} s`;
  return seconds >= 1e-3
    ? `${(seconds * 1e3).toPrecision(3)} ms`
    : `${(seconds * 1e6).toPrecision(3)} µs`;
}

/** A table of markdown; the first column flush left, the others flush right. */
export function markdownTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  const rule = heads.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(heads), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

function escapeCell(text: string): string {
  return text.replace(/\|/g, '\\|').replace(/\s+/g, ' ');
}

function withInterval(estimate: Estimate | null, format: (value: number) => string): string {
  if (estimate === null) return ABSENT;
  const { value, low, high } = estimate;
  const interval = low === null || high === null ? '' : ` [${format(low)}, ${format(high)}]`;
  return `${format(value)}${interval}`;
}
