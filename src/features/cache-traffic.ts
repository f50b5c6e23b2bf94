/**
 * Bytes that cross into a cache of a given size: the outermost level whose
 * working set fits is loaded once per iteration of the loops outside.
 */
import type { LeafGeometry } from './leaf-geometry';

export interface CacheTraffic {
  readonly bytes: number;
  /** Outermost level whose working set fits; levels + 0 where even one iteration does not. */
  readonly level: number;
}

export function cacheTraffic(
  geometry: LeafGeometry,
  capacityBytes: number,
  lineBytes: number,
): CacheTraffic {
  const levels = geometry.loops.length;
  let level = levels;
  while (level > 0 && (geometry.workingSetBytes[level - 1] as number) <= capacityBytes) level -= 1;
  let bytes = 0;
  for (const { elements, lines } of geometry.footprints) {
    // Loops just outside that touch the same elements again find them still there.
    let kept = level;
    while (kept > 0 && elements[kept - 1] === elements[level]) kept -= 1;
    bytes += timesOutside(geometry, kept) * (lines[level] as number) * lineBytes;
  }
  return { bytes, level };
}

/** How often everything from the level inwards runs. */
export function timesOutside(geometry: LeafGeometry, level: number): number {
  return geometry.iterations / (geometry.iterationsInside[level] as number);
}
