/** A device card from what a task says of itself, where the client sends none. */
import type { DeviceCard, HardwareParams, Task } from './task';

const unknownCard = Object.freeze({
  cores: 0,
  simdBits: 0,
  clockHertz: 0,
  peakFlops: 0,
  memoryBandwidthBytesPerSecond: 0,
  l1CacheBytes: 0,
  l2CacheBytes: 0,
  l3CacheBytes: 0,
  memoryBytes: 0,
  sharedMemoryBytesPerCore: 0,
  registersPerCore: 0,
  maxThreadsPerCore: 0,
  warpSize: 0,
  launchOverheadSeconds: 0,
  l1BandwidthBytesPerSecond: 0,
  l2BandwidthBytesPerSecond: 0,
  l3BandwidthBytesPerSecond: 0,
});

/** Everything that target and limits do not tell stays 0, which means unknown. */
export function deriveDeviceCard(target: string, params: HardwareParams): DeviceCard {
  const kind = isGpuTarget(target) ? 'gpu' : 'cpu';
  return Object.freeze({
    ...unknownCard,
    name: `unnamed-${kind}`,
    kind,
    cores: params.numCores,
    simdBits: kind === 'cpu' ? params.vectorUnitBytes * 8 : 0,
    warpSize: params.warpSize,
  });
}

export function isGpuTarget(target: string): boolean {
  return /^\s*(cuda|rocm|opencl|vulkan|metal)\b/.test(target) || /-keys=\S*\bgpu\b/.test(target);
}

/** What a task's programs run on, as far as models are kept apart by it. */
export type TargetKind = 'cpu' | 'gpu';

export const TARGET_KINDS: readonly TargetKind[] = Object.freeze(['cpu', 'gpu']);

/** By the card where that names a GPU, else by the target. */
export function targetKind({ device, target }: Pick<Task, 'device' | 'target'>): TargetKind {
  return device.kind === 'gpu' || isGpuTarget(target) ? 'gpu' : 'cpu';
}
