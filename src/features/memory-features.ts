/** What all accesses of a leaf touch together, level by level and cache by cache. */
import { fittingLevel, trafficBytes } from './cache-traffic';
import { type FeatureGroup, slotNames } from './leaf-context';
import type { LeafGeometry } from './leaf-geometry';
import { log2p1 } from './log2p1';

const levelSlots = 8;

const cacheNames = (cache: string): readonly string[] =>
  ['traffic_bytes', 'fit_iterations', 'intensity'].map((name) => `memory.${cache}.${name}`);

export const memoryFeatures: FeatureGroup = {
  names: [
    'memory.unique_bytes',
    ...cacheNames('l1'),
    ...cacheNames('l2'),
    ...cacheNames('l3'),
    ...slotNames('level', levelSlots, ['working_set_bytes', 'iterations']),
  ],
  write({ geometry, device }, row, at) {
    const { levels, workingSetBytes, iterationsInside } = geometry;
    const line = device.cacheLineBytes;
    row[at++] = log2p1(workingSetBytes[0] as number);
    at = writeCache(geometry, device.l1CacheBytes, line, row, at);
    at = writeCache(geometry, device.l2CacheBytes, line, row, at);
    at = writeCache(geometry, device.l3CacheBytes * device.cores, line, row, at);
    for (let slot = 0; slot < levelSlots; slot++) {
      const level = Math.max(0, levels - 1 - slot);
      row[at++] = log2p1(workingSetBytes[level] as number);
      row[at++] = log2p1(iterationsInside[level] as number);
    }
  },
};

function writeCache(
  geometry: LeafGeometry,
  capacityBytes: number,
  lineBytes: number,
  row: Float32Array,
  at: number,
): number {
  const level = fittingLevel(geometry, capacityBytes);
  const bytes = trafficBytes(geometry, level, lineBytes);
  const operations = geometry.profile.floatOps * geometry.iterations;
  row[at++] = log2p1(bytes);
  row[at++] = log2p1(geometry.iterationsInside[level] as number);
  row[at++] = log2p1(operations / Math.max(1, bytes));
  return at;
}
