/** How a GPU kernel is launched and what it takes; zeros on CPUs. */
import { localRegisters, residentBlocks } from './kernel-use';
import { type FeatureGroup, magnitudes, plain } from './leaf-context';

const features = [
  ...magnitudes('gpu.blocks', 'gpu.threads', 'gpu.vthreads'),
  ...plain('gpu.warp_use', 'gpu.core_use'),
  ...magnitudes('gpu.waves', 'gpu.shared_bytes'),
  ...plain('gpu.shared_use'),
  ...magnitudes('gpu.local_registers'),
  ...plain('gpu.thread_use'),
  ...magnitudes('gpu.resident_blocks', 'gpu.full_waves'),
  ...plain('gpu.occupancy', 'gpu.limits_known'),
];

export const launchFeatures: FeatureGroup = {
  features,
  write({ structure, device, kernel }, row, at) {
    if (!device.isGpu) {
      row.fill(0, at, at + features.length);
      return;
    }
    const { blocks, threads, vthreads } = structure;
    const { card, limits } = device;
    const resident = residentBlocks(kernel, card);
    row[at++] = blocks;
    row[at++] = threads;
    row[at++] = vthreads;
    row[at++] = threads / (Math.ceil(threads / device.warpSize) * device.warpSize);
    row[at++] = blocks / (Math.ceil(blocks / device.cores) * device.cores);
    row[at++] = blocks / device.cores;
    row[at++] = kernel.sharedBytes;
    row[at++] = shareOf(kernel.sharedBytes, limits.maxSharedMemoryPerBlock);
    row[at++] = localRegisters(kernel);
    row[at++] = shareOf(kernel.threads, limits.maxThreadsPerBlock);
    row[at++] = resident;
    row[at++] = resident > 0 ? blocks / (device.cores * resident) : 0;
    row[at++] = shareOf(resident * kernel.threads, card.maxThreadsPerCore);
    row[at++] = device.knownLimits;
  },
};

/** 0 where the limit is unknown. */
function shareOf(value: number, limit: number): number {
  return limit > 0 ? value / limit : 0;
}
