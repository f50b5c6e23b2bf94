/**
 * Bytes that cross into a cache of a given size: the outermost level whose
 * working set fits is loaded once per iteration of the loops outside.
 */
import type { LeafGeometry } from './leaf-geometry';

/** Outermost level whose working set fits; the number of levels where even one iteration does not. */
export function fittingLevel(geometry: LeafGeometry, capacityBytes: number): number {
  const { workingSetBytes } = geometry;
  let level = geometry.levels;
  while (level > 0 && (workingSetBytes[level - 1] as number) <= capacityBytes) level -= 1;
  return level;
}

/** Bytes loaded into a cache that holds the working set of `level` and no more. */
export function trafficBytes(geometry: LeafGeometry, level: number, lineBytes: number): number {
  const { levels, elements, lines, iterations, iterationsInside } = geometry;
  const entries = geometry.profile.accesses.length * (levels + 1);
  let total = 0;
  for (let first = 0; first < entries; first += levels + 1) {
    // Loops just outside that touch the same elements again find them still there.
    let kept = level;
    const held = elements[first + level] as number;
    while (kept > 0 && elements[first + kept - 1] === held) kept -= 1;
    const visits = iterations / (iterationsInside[kept] as number);
    total += visits * (lines[first + level] as number) * lineBytes;
  }
  return total;
}
