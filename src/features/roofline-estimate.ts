/**
 * Analytical latency of a program from its arithmetic, its cache traffic and the
 * device: PALEO's read + compute + write (Qi et al., ICLR 2017) with the compute
 * term limited by vectors, registers and dependence chains, and the memory terms
 * taken per cache level. It serves until a predictor is trained, and is the scale
 * on which predictors learn.
 */
import { cacheTraffic } from './cache-traffic';
import {
  type DeviceModel,
  multiplyAddLatencyCycles,
  multiplyAddsPerCycle,
} from './device-model';
import { type LeafGeometry, loopStride } from './leaf-geometry';
import type { LoopStructure } from './loop-structure';

export interface LeafEstimate {
  /** Seconds on all cores that the leaf uses. */
  readonly computeSeconds: number;
  /** The largest of the memory terms, seconds. */
  readonly memorySeconds: number;
  readonly seconds: number;
  /** Vector accumulators that live at once in the register tile. */
  readonly accumulators: number;
}

/** Bytes per cycle that a core draws from each cache level; typical of current CPUs. */
const l2BytesPerCycle = 32;
const l3BytesPerCycle = 10;

export function estimateLeaf(
  geometry: LeafGeometry,
  structure: LoopStructure,
  device: DeviceModel,
): LeafEstimate {
  return device.isGpu
    ? estimateGpuLeaf(geometry, structure, device)
    : estimateCpuLeaf(geometry, structure, device);
}

/** Of the whole program: leaves one after the other, and the starts of parallel regions or kernels. */
export function estimateProgram(
  leaves: readonly LeafEstimate[],
  launches: number,
  device: DeviceModel,
): number {
  const work = leaves.reduce((sum, leaf) => sum + leaf.seconds, 0);
  return work + launches * device.launchOverheadSeconds + 1e-9;
}

function estimateCpuLeaf(
  geometry: LeafGeometry,
  structure: LoopStructure,
  device: DeviceModel,
): LeafEstimate {
  const { profile, iterations } = geometry;
  const lanes = Math.max(1, device.simdBytes / profile.elementBytes);
  const { vectorLength } = structure;
  const isContiguous = profile.accesses.every(
    (access) =>
      structure.vectorLevel < 0 || loopStride(geometry, structure.vectorLevel, access) <= 1,
  );
  // Without a vectorised loop the compiler still finds some parallelism in unrolled spatial code.
  const compilerVector = structure.tiles[0] > 1 && structure.unrolled > 1 ? 2 : 1;
  const vectorInstructions =
    vectorLength > 1 && isContiguous
      ? Math.ceil(vectorLength / lanes) / vectorLength
      : 1 / Math.min(compilerVector, lanes);
  const accumulators = Math.max(1, structure.tiles[0] * vectorInstructions);
  const isUnrolledTile = structure.unrolledLevel <= structure.registerTileLevel;
  const cycles =
    iterations * vectorInstructions * cyclesPerInstruction(geometry, accumulators, isUnrolledTile, device) +
    structure.loopBranches * 1.5;

  const parallel = structure.parallel;
  const rounds = Math.ceil(parallel / device.cores);
  const usedCores = parallel / rounds;
  const secondsPerCycle = 1 / (device.clockHertz * usedCores);
  const computeSeconds = cycles * secondsPerCycle;

  const line = device.cacheLineBytes;
  const l2 = cacheTraffic(geometry, device.l1CacheBytes * 0.75, line).bytes / l2BytesPerCycle;
  const l3 = cacheTraffic(geometry, device.l2CacheBytes * 0.75, line).bytes / l3BytesPerCycle;
  const memory =
    cacheTraffic(geometry, device.l3CacheBytes * device.cores * 0.75, line).bytes /
    device.memoryBandwidthBytesPerSecond;
  const memorySeconds = Math.max(l2 * secondsPerCycle, l3 * secondsPerCycle, memory);
  // Out-of-order cores hide most but not all of what is smaller.
  const seconds =
    Math.max(computeSeconds, memorySeconds) + 0.3 * Math.min(computeSeconds, memorySeconds);
  return { computeSeconds, memorySeconds, seconds, accumulators };
}

/** Cycles of one vector instruction's worth of a leaf's body. */
function cyclesPerInstruction(
  geometry: LeafGeometry,
  accumulators: number,
  isUnrolledTile: boolean,
  device: DeviceModel,
): number {
  const { profile } = geometry;
  const { ops } = profile;
  const arithmetic =
    ops.floatMultiplyAdd +
    ops.floatAdd +
    ops.floatMultiply +
    ops.floatCompare +
    ops.integer +
    ops.logic +
    ops.select +
    ops.cast +
    8 * ops.floatDivide +
    20 * ops.mathFunction;
  const reads = profile.accesses.length - 1;
  if (!profile.isReduction) {
    return Math.max(arithmetic / multiplyAddsPerCycle, reads / 2, 1);
  }
  const start = Math.max(arithmetic, 1) / multiplyAddsPerCycle;
  if (!isUnrolledTile) {
    // The accumulator goes through memory every time; a tile of one chains on it.
    const chain = accumulators < 2 ? multiplyAddLatencyCycles + 5 : 1;
    return Math.max(start, chain, (reads + 1) / 2);
  }
  const chain = multiplyAddLatencyCycles / accumulators;
  const spills = accumulators > device.vectorRegisters - 3 ? 1.5 : 0;
  return Math.max(start, chain, reads / 4) + spills;
}

function estimateGpuLeaf(
  geometry: LeafGeometry,
  structure: LoopStructure,
  device: DeviceModel,
): LeafEstimate {
  const { profile, iterations } = geometry;
  const threads = Math.max(1, structure.threads);
  const warps = Math.ceil(threads / device.warpSize);
  const warpUse = threads / (warps * device.warpSize);
  const rounds = Math.ceil(structure.blocks / device.cores);
  const blockUse = structure.blocks / (rounds * device.cores);
  // Few warps on a multiprocessor cannot hide latency.
  const warpsPerCore = warps * Math.min(rounds, 8);
  const occupancy = Math.min(1, warpsPerCore / 8);
  const use = Math.max(1e-4, warpUse * blockUse * occupancy);
  const work = Math.max(profile.floatOps, 1) * iterations;
  const computeSeconds = work / (device.peakFlops * use);
  const memory =
    cacheTraffic(geometry, device.l1CacheBytes, device.cacheLineBytes).bytes /
    (device.memoryBandwidthBytesPerSecond * Math.max(0.05, blockUse));
  const isLocal = geometry.leaf.scope === 'local';
  const memorySeconds = isLocal ? memory * 0.1 : memory;
  const seconds =
    Math.max(computeSeconds, memorySeconds) + 0.3 * Math.min(computeSeconds, memorySeconds);
  const accumulators = structure.tiles[0];
  return { computeSeconds, memorySeconds, seconds, accumulators };
}
