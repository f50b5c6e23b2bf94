/**
 * Analytical latency of a program from its arithmetic, its cache traffic and the
 * device: PALEO's read + compute + write (Qi et al., ICLR 2017) with the compute
 * term limited by vectors, registers and dependence chains, and the memory terms
 * taken per cache level. It serves until a predictor is trained, and is the scale
 * on which predictors learn.
 */
import type { ProgramLoop } from '../program';
import { cacheTraffic } from './cache-traffic';
import { type DeviceModel, multiplyAddLatencyCycles, multiplyAddsPerCycle } from './device-model';
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
  const code = compiledCode(geometry, structure, lanes);
  const accumulators = Math.max(1, structure.tiles[0] * code.vectorInstructions);
  const cycles =
    iterations *
      code.vectorInstructions *
      cyclesPerInstruction(geometry, structure, accumulators, code, device) +
    code.branches * 1.5;

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

/** What the compiler makes of the innermost loops. */
interface CompiledCode {
  /** Vector instructions for one iteration of the nest, at most 1. */
  readonly vectorInstructions: number;
  /** Whether the register tile is free of loops, so that its accumulators stay in registers. */
  readonly isTileUnrolled: boolean;
  /** Reduction steps between a load and a store of an accumulator that goes through memory. */
  readonly reductionSteps: number;
  readonly branches: number;
}

/** Statements that LLVM unrolls on its own, without a pragma of TVM's. */
const compilerUnrollLimit = 16;
/** Registers that a CPU core loads per cycle from its first cache. */
const loadsPerCycle = 2;

function compiledCode(
  geometry: LeafGeometry,
  structure: LoopStructure,
  lanes: number,
): CompiledCode {
  const { loops, leaf, profile } = geometry;
  const limit = Math.max(leaf.autoUnrollMaxStep, compilerUnrollLimit);
  let level = loops.length;
  let unrolled = 1;
  let reductionSteps = 1;
  let branches = 0;
  for (; level > leaf.attachDepth; level--) {
    const loop = loops[level - 1] as ProgramLoop;
    if (loop.annotation === 'vectorize') continue;
    if (unrolled * loop.extent > limit) break;
    unrolled *= loop.extent;
    if (geometry.reduces[level - 1] === true) reductionSteps *= loop.extent;
  }
  for (let outer = leaf.attachDepth; outer < level; outer++) {
    branches += geometry.iterations / (geometry.iterationsInside[outer + 1] as number);
  }
  const isContiguous = (at: number): boolean =>
    profile.accesses.every((access) => loopStride(geometry, at, access) <= 1);
  const shared = { isTileUnrolled: level <= structure.registerTileLevel, reductionSteps, branches };
  const { vectorLength, vectorLevel } = structure;
  if (vectorLevel >= 0) {
    const instructions = isContiguous(vectorLevel)
      ? Math.ceil(vectorLength / lanes) / vectorLength
      : 1;
    return { ...shared, vectorInstructions: instructions };
  }
  // LLVM vectorises the innermost loop that is left if it is long, spatial and contiguous.
  const left = loops[level - 1];
  const isVectorisable =
    level > leaf.attachDepth &&
    left !== undefined &&
    left.extent >= lanes &&
    geometry.reduces[level - 1] === false &&
    isContiguous(level - 1);
  if (isVectorisable)
    return { ...shared, branches: branches / lanes, vectorInstructions: 1.25 / lanes };
  const isPacked = unrolled > 1 && structure.tiles[0] > 1 && isContiguous(loops.length - 1);
  return { ...shared, vectorInstructions: isPacked ? 0.5 : 1 };
}

/**
 * Registers that one step of the reduction fills for the register tile: what the
 * vector loop moves in whole vectors, the rest one broadcast for each element.
 */
function registerTileLoads(
  geometry: LeafGeometry,
  structure: LoopStructure,
  device: DeviceModel,
): number {
  const { profile, footprints } = geometry;
  const { registerTileLevel, vectorLevel } = structure;
  return profile.accesses.reduce((sum, access, i) => {
    if (access.access.isWrite) return sum;
    const elements = footprints[i]?.elements[registerTileLevel] ?? 1;
    const isVector = vectorLevel >= 0 && loopStride(geometry, vectorLevel, access) === 1;
    const lanes = isVector
      ? Math.min(structure.vectorLength, device.simdBytes / access.elementBytes)
      : 1;
    return sum + Math.ceil(elements / lanes);
  }, 0);
}

/** Cycles of one vector instruction's worth of a leaf's body. */
function cyclesPerInstruction(
  geometry: LeafGeometry,
  structure: LoopStructure,
  accumulators: number,
  code: CompiledCode,
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
  const chain = multiplyAddLatencyCycles / accumulators;
  if (!code.isTileUnrolled) return Math.max(start, chain, reads / 2 + 1 / code.reductionSteps);
  const spills = accumulators > device.vectorRegisters - 3 ? 1.5 : 0;
  const loads = registerTileLoads(geometry, structure, device) / accumulators;
  return Math.max(start, chain, loads / loadsPerCycle) + spills;
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
