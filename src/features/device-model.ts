/**
 * The device as the analytical estimate sees it: what the card knows, and an
 * assumed value where it knows nothing. Only the estimate assumes; the feature
 * vector says which values are unknown.
 */
import { type DeviceCard, type HardwareParams, type Task, targetKind } from '../program';

export interface DeviceModel {
  readonly isGpu: boolean;
  readonly cores: number;
  readonly clockHertz: number;
  /** Of all cores, float32 operations per second. */
  readonly peakFlops: number;
  readonly simdBytes: number;
  readonly vectorRegisters: number;
  readonly cacheLineBytes: number;
  /** Of one core. */
  readonly l1CacheBytes: number;
  readonly l2CacheBytes: number;
  /** Share of one core. */
  readonly l3CacheBytes: number;
  readonly memoryBandwidthBytesPerSecond: number;
  /** That one core draws from its cache of level 2 (CPU). */
  readonly l2BytesPerCycle: number;
  /** That one core draws from its share of level 3 (CPU). */
  readonly l3BytesPerCycle: number;
  readonly launchOverheadSeconds: number;
  readonly warpSize: number;
  readonly card: DeviceCard;
  readonly limits: HardwareParams;
  /** Share of the cache sizes that the card tells; the others are assumed. */
  readonly knownCaches: number;
  /** Share of a multiprocessor's limits (threads, shared memory, registers) that the card tells. */
  readonly knownLimits: number;
}

const shareKnown = (...values: readonly number[]): number =>
  values.filter((value) => value > 0).length / values.length;
const orElse = (known: number, assumed: number): number => (known > 0 ? known : assumed);

/** Latency of a chain of dependent multiply-adds on current CPUs, cycles. */
export const multiplyAddLatencyCycles = 4;
/** Vector multiply-adds that a CPU core starts per cycle. */
export const multiplyAddsPerCycle = 2;

/** Bytes per cycle that a core draws from each cache level; typical of current CPUs. */
const typicalL2BytesPerCycle = 32;
const typicalL3BytesPerCycle = 10;

export function createDeviceModel(task: Task): DeviceModel {
  const card = task.device;
  return targetKind(task) === 'gpu' ? gpuModel(task, card) : cpuModel(task, card);
}

function cpuModel(task: Task, card: DeviceCard): DeviceModel {
  const cores = orElse(task.hardwareParams.numCores, orElse(card.cores, 1));
  const clockHertz = orElse(card.clockHertz, 2.5e9);
  const simdBytes = orElse(card.simdBits / 8, orElse(task.hardwareParams.vectorUnitBytes, 16));
  const lanes = simdBytes / 4;
  return {
    isGpu: false,
    cores,
    clockHertz,
    peakFlops: orElse(card.peakFlops, cores * clockHertz * lanes * 2 * multiplyAddsPerCycle),
    simdBytes,
    vectorRegisters: simdBytes >= 64 ? 32 : 16,
    cacheLineBytes: orElse(task.hardwareParams.cacheLineBytes, 64),
    l1CacheBytes: orElse(card.l1CacheBytes, 32 * 1024),
    l2CacheBytes: orElse(card.l2CacheBytes, 1024 * 1024),
    l3CacheBytes: orElse(card.l3CacheBytes / cores, 2 * 1024 * 1024),
    memoryBandwidthBytesPerSecond: orElse(card.memoryBandwidthBytesPerSecond, 15e9),
    l2BytesPerCycle: orElse(card.l2BandwidthBytesPerSecond / clockHertz, typicalL2BytesPerCycle),
    l3BytesPerCycle: orElse(
      card.l3BandwidthBytesPerSecond / (cores * clockHertz),
      typicalL3BytesPerCycle,
    ),
    launchOverheadSeconds: orElse(card.launchOverheadSeconds, 5e-6),
    warpSize: 1,
    card,
    limits: task.hardwareParams,
    knownCaches: shareKnown(card.l1CacheBytes, card.l2CacheBytes, card.l3CacheBytes),
    knownLimits: 0,
  };
}

function gpuModel(task: Task, card: DeviceCard): DeviceModel {
  const cores = orElse(card.cores, orElse(task.hardwareParams.numCores, 80));
  const clockHertz = orElse(card.clockHertz, 1.4e9);
  return {
    isGpu: true,
    cores,
    clockHertz,
    peakFlops: orElse(card.peakFlops, cores * clockHertz * 128),
    simdBytes: 16,
    vectorRegisters: 255,
    cacheLineBytes: 32,
    l1CacheBytes: orElse(card.sharedMemoryBytesPerCore, 96 * 1024),
    l2CacheBytes: orElse(card.l2CacheBytes / cores, 64 * 1024),
    l3CacheBytes: orElse(card.l2CacheBytes / cores, 64 * 1024),
    memoryBandwidthBytesPerSecond: orElse(card.memoryBandwidthBytesPerSecond, 6e11),
    // The estimate of GPU programs knows no level between shared memory and main memory.
    l2BytesPerCycle: 0,
    l3BytesPerCycle: 0,
    launchOverheadSeconds: orElse(card.launchOverheadSeconds, 4e-6),
    warpSize: orElse(task.hardwareParams.warpSize, 32),
    card,
    limits: task.hardwareParams,
    knownCaches: shareKnown(card.sharedMemoryBytesPerCore, card.l2CacheBytes),
    knownLimits: shareKnown(
      card.maxThreadsPerCore,
      card.sharedMemoryBytesPerCore,
      card.registersPerCore,
    ),
  };
}
