/** Names of a leaf's features, taken from the code that writes them: a second list could not agree for long. */
import type { StageComputation } from '../program';
import type { DeviceModel } from './device-model';
import type { LeafGeometry } from './leaf-geometry';
import { type LeafContext, writeLeafFeatures } from './loop-nest-features';
import { analyseLoops, type LoopStructure } from './loop-structure';
import { noOps } from './op-count';
import type { LeafEstimate } from './roofline-estimate';

/** The names that `writeLeafFeatures` writes, found by writing a leaf that does nothing. */
export function leafFeatureNames(): readonly string[] {
  const names: string[] = [];
  writeLeafFeatures(emptyLeaf(), (group, name) => names.push(`${group}.${name}`));
  return names;
}

function emptyLeaf(): LeafContext {
  const stage: StageComputation = {
    name: '',
    kind: 'compute',
    axisNames: [],
    spatialCount: 0,
    outputShape: [],
    bodies: [],
    outputs: [],
    origins: [],
  };
  const one = Float64Array.of(1);
  const geometry: LeafGeometry = {
    leaf: {
      stage,
      accesses: [],
      scope: 'global',
      axisExtents: [],
      serial: 0,
      path: [],
      attachDepth: 0,
      spans: one,
      autoUnrollMaxStep: 0,
    },
    profile: {
      accesses: [],
      ops: noOps,
      floatOps: 0,
      elementBytes: 4,
      isFloat: true,
      isReduction: false,
      isCopy: true,
      isPredicated: false,
    },
    loops: [],
    iterations: 1,
    iterationsInside: one,
    footprints: [],
    workingSetBytes: one,
    reduces: [],
  };
  const structure: LoopStructure = analyseLoops(geometry);
  const estimate: LeafEstimate = {
    computeSeconds: 0,
    memorySeconds: 0,
    seconds: 0,
    accumulators: 1,
  };
  const device: DeviceModel = {
    isGpu: false,
    cores: 1,
    clockHertz: 1e9,
    peakFlops: 1e9,
    simdBytes: 16,
    vectorRegisters: 16,
    cacheLineBytes: 64,
    l1CacheBytes: 1,
    l2CacheBytes: 1,
    l3CacheBytes: 1,
    memoryBandwidthBytesPerSecond: 1e9,
    launchOverheadSeconds: 0,
    warpSize: 1,
  };
  return { geometry, structure, estimate, share: 0, device };
}
