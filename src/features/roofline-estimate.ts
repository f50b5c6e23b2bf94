/**
 * Analytical latency of a program from its arithmetic, its cache traffic and the
 * device: PALEO's read + compute + write (Qi et al., ICLR 2017) with the compute
 * term limited by vectors, registers and dependence chains, and the memory terms
 * taken per cache level. It serves until a predictor is trained, and is the scale
 * on which predictors learn.
 */
import { vectorLoop } from './annotation-code';
import { fittingLevel, trafficBytes } from './cache-traffic';
import { type DeviceModel, multiplyAddLatencyCycles, multiplyAddsPerCycle } from './device-model';
import { type LeafGeometry, loopStride } from './leaf-geometry';
import type { LoopStructure } from './loop-structure';
import type { AccessProfile } from './stage-profile';

/** One record is filled again and again. */
export interface LeafEstimate {
  /** Seconds on all cores that the leaf uses. */
  computeSeconds: number;
  /** The largest of the memory terms, seconds. */
  memorySeconds: number;
  seconds: number;
  /** Vector accumulators that live at once in the register tile. */
  accumulators: number;
}

export function createLeafEstimate(): LeafEstimate {
  return { computeSeconds: 0, memorySeconds: 0, seconds: 0, accumulators: 1 };
}

/** Fills `estimate`. */
export function estimateLeaf(
  estimate: LeafEstimate,
  geometry: LeafGeometry,
  structure: LoopStructure,
  device: DeviceModel,
): void {
  if (device.isGpu) estimateGpuLeaf(estimate, geometry, structure, device);
  else estimateCpuLeaf(estimate, geometry, structure, device);
  // What is smaller hides behind what is larger, most but not all of it.
  const { computeSeconds, memorySeconds } = estimate;
  estimate.seconds =
    Math.max(computeSeconds, memorySeconds) + 0.3 * Math.min(computeSeconds, memorySeconds);
}

/** Of the whole program: the work of its leaves one after the other, and the starts of parallel regions or kernels. */
export function estimateProgram(
  workSeconds: number,
  launches: number,
  device: DeviceModel,
): number {
  return workSeconds + launches * device.launchOverheadSeconds + 1e-9;
}

/** Bytes that cross into a cache of `capacityBytes`, a quarter of it lost to what else is there. */
function traffic(geometry: LeafGeometry, capacityBytes: number, lineBytes: number): number {
  return trafficBytes(geometry, fittingLevel(geometry, capacityBytes * 0.75), lineBytes);
}

function estimateCpuLeaf(
  estimate: LeafEstimate,
  geometry: LeafGeometry,
  structure: LoopStructure,
  device: DeviceModel,
): void {
  const { profile, iterations } = geometry;
  const lanes = Math.max(1, device.simdBytes / profile.elementBytes);
  findCompiledCode(geometry, structure, lanes);
  const tile = structure.tiles[0] as number;
  const accumulators = Math.max(1, tile * code.vectorInstructions);
  const cycles =
    iterations *
      code.vectorInstructions *
      cyclesPerInstruction(geometry, structure, accumulators, device) +
    code.branches * 1.5;

  const parallel = structure.parallel;
  const rounds = Math.ceil(parallel / device.cores);
  const usedCores = parallel / rounds;
  const secondsPerCycle = 1 / (device.clockHertz * usedCores);
  const line = device.cacheLineBytes;
  const l2 = traffic(geometry, device.l1CacheBytes, line) / device.l2BytesPerCycle;
  const l3 = traffic(geometry, device.l2CacheBytes, line) / device.l3BytesPerCycle;
  const memory =
    traffic(geometry, device.l3CacheBytes * device.cores, line) /
    device.memoryBandwidthBytesPerSecond;
  estimate.computeSeconds = cycles * secondsPerCycle;
  estimate.memorySeconds = Math.max(l2 * secondsPerCycle, l3 * secondsPerCycle, memory);
  estimate.accumulators = accumulators;
}

/** What the compiler makes of the innermost loops. */
interface CompiledCode {
  /** Vector instructions for one iteration of the nest, at most 1. */
  vectorInstructions: number;
  /** Whether the register tile is free of loops, so that its accumulators stay in registers. */
  isTileUnrolled: boolean;
  /** Reduction steps between a load and a store of an accumulator that goes through memory. */
  reductionSteps: number;
  branches: number;
}

/** Of the leaf at hand. */
const code: CompiledCode = {
  vectorInstructions: 1,
  isTileUnrolled: false,
  reductionSteps: 1,
  branches: 0,
};

/** Statements that LLVM unrolls on its own, without a pragma of TVM's. */
const compilerUnrollLimit = 16;
/** Registers that a CPU core loads per cycle from its first cache. */
const loadsPerCycle = 2;

function findCompiledCode(geometry: LeafGeometry, structure: LoopStructure, lanes: number): void {
  const { attachDepth, annotation, extent, reduces, iterations, iterationsInside } = geometry;
  const limit = Math.max(geometry.autoUnrollMaxStep, compilerUnrollLimit);
  let level = geometry.levels;
  let unrolled = 1;
  let reductionSteps = 1;
  for (; level > attachDepth; level--) {
    if (annotation[level - 1] === vectorLoop) continue;
    const steps = extent[level - 1] as number;
    if (unrolled * steps > limit) break;
    unrolled *= steps;
    if (reduces[level - 1] === 1) reductionSteps *= steps;
  }
  let branches = 0;
  for (let outer = attachDepth; outer < level; outer++) {
    branches += iterations / (iterationsInside[outer + 1] as number);
  }
  code.isTileUnrolled = level <= structure.registerTileLevel;
  code.reductionSteps = reductionSteps;
  code.branches = branches;
  const { vectorLength, vectorLevel } = structure;
  if (vectorLevel >= 0) {
    const instructions = Math.ceil(vectorLength / lanes) / vectorLength;
    code.vectorInstructions = isContiguous(geometry, vectorLevel) ? instructions : 1;
    return;
  }
  // LLVM vectorises the innermost loop that is left if it is long, spatial and contiguous.
  const isVectorisable =
    level > attachDepth &&
    (extent[level - 1] as number) >= lanes &&
    reduces[level - 1] === 0 &&
    isContiguous(geometry, level - 1);
  if (isVectorisable) {
    code.branches = branches / lanes;
    code.vectorInstructions = 1.25 / lanes;
    return;
  }
  const isPacked =
    unrolled > 1 &&
    (structure.tiles[0] as number) > 1 &&
    isContiguous(geometry, geometry.levels - 1);
  code.vectorInstructions = isPacked ? 0.5 : 1;
}

/** Whether no access jumps when the loop of the level steps. */
function isContiguous(geometry: LeafGeometry, level: number): boolean {
  const { accesses } = geometry.profile;
  for (let access = 0; access < accesses.length; access++) {
    if (loopStride(geometry, level, accesses[access] as AccessProfile) > 1) return false;
  }
  return true;
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
  const { levels, elements } = geometry;
  const { accesses } = geometry.profile;
  const { registerTileLevel, vectorLevel } = structure;
  let loads = 0;
  for (let i = 0; i < accesses.length; i++) {
    const access = accesses[i] as AccessProfile;
    if (access.access.isWrite) continue;
    const touched = elements[i * (levels + 1) + registerTileLevel] as number;
    const isVector = vectorLevel >= 0 && loopStride(geometry, vectorLevel, access) === 1;
    const lanes = isVector
      ? Math.min(structure.vectorLength, device.simdBytes / access.elementBytes)
      : 1;
    loads += Math.ceil(touched / lanes);
  }
  return loads;
}

/** Cycles of one vector instruction's worth of a leaf's body. */
function cyclesPerInstruction(
  geometry: LeafGeometry,
  structure: LoopStructure,
  accumulators: number,
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
  estimate: LeafEstimate,
  geometry: LeafGeometry,
  structure: LoopStructure,
  device: DeviceModel,
): void {
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
  const level = fittingLevel(geometry, device.l1CacheBytes);
  const memory =
    trafficBytes(geometry, level, device.cacheLineBytes) /
    (device.memoryBandwidthBytesPerSecond * Math.max(0.05, blockUse));
  const isLocal = geometry.leaf.scope === 'local';
  estimate.computeSeconds = work / (device.peakFlops * use);
  estimate.memorySeconds = isLocal ? memory * 0.1 : memory;
  estimate.accumulators = structure.tiles[0] as number;
}
