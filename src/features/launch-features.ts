/** How a GPU kernel is launched and what it takes; zeros on CPUs. */
import { localRegisters, residentBlocks } from './kernel-use';
import type { FeatureGroup } from './leaf-context';
import { log2p1 } from './log2p1';

const names = [
  'gpu.blocks',
  'gpu.threads',
  'gpu.vthreads',
  'gpu.warp_use',
  'gpu.core_use',
  'gpu.waves',
  'gpu.shared_bytes',
  'gpu.shared_use',
  'gpu.local_registers',
  'gpu.thread_use',
  'gpu.resident_blocks',
  'gpu.full_waves',
  'gpu.occupancy',
  'gpu.limits_known',
];

export const launchFeatures: FeatureGroup = {
  names,
  write({ structure, device, kernel }, row, at) {
    if (!device.isGpu) {
      row.fill(0, at, at + names.length);
      return;
    }
    const { blocks, threads, vthreads } = structure;
    const { card, limits } = device;
    const resident = residentBlocks(kernel, card);
    row[at++] = log2p1(blocks);
    row[at++] = log2p1(threads);
    row[at++] = log2p1(vthreads);
    row[at++] = threads / (Math.ceil(threads / device.warpSize) * device.warpSize);
    row[at++] = blocks / (Math.ceil(blocks / device.cores) * device.cores);
    row[at++] = log2p1(blocks / device.cores);
    row[at++] = log2p1(kernel.sharedBytes);
    row[at++] = shareOf(kernel.sharedBytes, limits.maxSharedMemoryPerBlock);
    row[at++] = log2p1(localRegisters(kernel));
    row[at++] = shareOf(kernel.threads, limits.maxThreadsPerBlock);
    row[at++] = log2p1(resident);
    row[at++] = resident > 0 ? log2p1(blocks / (device.cores * resident)) : 0;
    row[at++] = shareOf(resident * kernel.threads, card.maxThreadsPerCore);
    row[at++] = device.knownLimits;
  },
};

/** 0 where the limit is unknown. */
function shareOf(value: number, limit: number): number {
  return limit > 0 ? value / limit : 0;
}
