import Table from 'cli-table3';
import type { Split, SplitFile } from '../splits';

/** A row for each split: how many computations stand on each side, and which families are tested. */
export function formatSplitTable({ splits, computations }: SplitFile): string {
  const families = new Map(computations.map(({ hash, family }) => [hash, family]));
  const table = new Table({
    head: ['split', 'train', 'validation', 'test', 'adapt', 'left out', 'tested'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const split of splits) {
    table.push([
      split.name,
      split.train.computations.length,
      split.validation.computations.length,
      split.test.computations.length,
      split.adaptation?.computations.length ?? 0,
      leftOutCount(split),
      testedFamilies(split, families),
    ]);
  }
  return table.toString();
}

/** Of computations, on whichever device. */
function leftOutCount(split: Split): number {
  return new Set(split.leftOut.flatMap((entry) => entry.computations)).size;
}

function testedFamilies(split: Split, families: ReadonlyMap<string, string>): string {
  const counts = new Map<string, number>();
  for (const hash of split.test.computations) {
    const family = families.get(hash) ?? '';
    counts.set(family, (counts.get(family) ?? 0) + 1);
  }
  return [...counts].map(([family, count]) => `${family} ${count}`).join(', ');
}
