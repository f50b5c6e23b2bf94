/** What all accesses of a leaf touch together, level by level and cache by cache. */
import { fittingLevel, trafficBytes } from './cache-traffic';
import type { DeviceModel } from './device-model';
import { type Feature, type FeatureGroup, magnitudes, plain, slots } from './leaf-context';
import type { LeafGeometry } from './leaf-geometry';
import { log2p1 } from './log2p1';

const levelSlots = 8;
const curvePoints = 10;

const ofCache = (cache: string): readonly Feature[] =>
  magnitudes(
    ...['traffic_bytes', 'fit_iterations', 'intensity'].map((name) => `memory.${cache}.${name}`),
  );

export const memoryFeatures: FeatureGroup = {
  features: [
    ...magnitudes('memory.unique_bytes'),
    ...plain('memory.caches_known'),
    ...ofCache('l1'),
    ...ofCache('l2'),
    ...ofCache('l3'),
    ...slots('level', levelSlots, [...magnitudes('working_set_bytes'), ...plain('cache')]),
    // Interpolated between logarithms, hence written as such.
    ...plain(...Array.from({ length: curvePoints }, (_, point) => `intensity.${point}`)),
  ],
  write({ geometry, device }, row, at) {
    const { levels, workingSetBytes } = geometry;
    const line = device.cacheLineBytes;
    row[at++] = workingSetBytes[0] as number;
    row[at++] = device.knownCaches;
    at = writeCache(geometry, device.l1CacheBytes, line, row, at);
    at = writeCache(geometry, device.l2CacheBytes, line, row, at);
    at = writeCache(geometry, device.l3CacheBytes * device.cores, line, row, at);
    for (let slot = 0; slot < levelSlots; slot++) {
      const bytes = workingSetBytes[Math.max(0, levels - 1 - slot)] as number;
      row[at++] = bytes;
      row[at++] = cacheThatHolds(bytes, device);
    }
    writeIntensityCurve(geometry, row, at);
  },
};

function writeCache(
  geometry: LeafGeometry,
  capacityBytes: number,
  lineBytes: number,
  row: Float64Array,
  at: number,
): number {
  const level = fittingLevel(geometry, capacityBytes);
  const bytes = trafficBytes(geometry, level, lineBytes);
  const operations = geometry.profile.operations * geometry.iterations;
  row[at++] = bytes;
  row[at++] = geometry.iterationsInside[level] as number;
  row[at++] = operations / Math.max(1, bytes);
  return at;
}

/** 1 for the first cache, 2/3 for the second, 1/3 for the third, 0 for memory. */
function cacheThatHolds(bytes: number, device: DeviceModel): number {
  if (bytes <= device.l1CacheBytes) return 1;
  if (bytes <= device.l2CacheBytes) return 2 / 3;
  return bytes <= device.l3CacheBytes * device.cores ? 1 / 3 : 0;
}

/**
 * Operations for each byte touched, from one iteration to the whole nest in equal steps of the
 * logarithm of iterations, interpolated between loop levels; after Ansor's curve (Zheng et al.,
 * OSDI 2020, appendix B).
 */
function writeIntensityCurve(geometry: LeafGeometry, row: Float64Array, at: number): void {
  const { levels, iterationsInside } = geometry;
  const step = log2p1(geometry.iterations - 1) / (curvePoints - 1);
  let level = levels;
  let outer = intensity(geometry, level);
  let inner = outer;
  let outerIterations = 0;
  let innerIterations = 0;
  for (let point = 0; point < curvePoints; point++) {
    const wanted = point * step;
    while (level > 0 && outerIterations < wanted) {
      level -= 1;
      if (geometry.extent[level] === 1) continue;
      inner = outer;
      innerIterations = outerIterations;
      outer = intensity(geometry, level);
      outerIterations = log2p1((iterationsInside[level] as number) - 1);
    }
    const width = outerIterations - innerIterations;
    const part = width > 0 ? Math.min(1, (wanted - innerIterations) / width) : 1;
    row[at + point] = inner + part * (outer - inner);
  }
}

function intensity({ profile, workingSetBytes, iterationsInside }: LeafGeometry, level: number) {
  const bytes = Math.max(1, workingSetBytes[level] as number);
  return log2p1((profile.operations * (iterationsInside[level] as number)) / bytes);
}
