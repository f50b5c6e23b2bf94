/** How a GPU kernel is launched; zeros on CPUs. */
import type { FeatureGroup } from './leaf-context';
import { log2p1 } from './log2p1';

const names = ['gpu.blocks', 'gpu.threads', 'gpu.vthreads', 'gpu.warp_use', 'gpu.waves'];

export const launchFeatures: FeatureGroup = {
  names,
  write({ structure, device }, row, at) {
    if (!device.isGpu) {
      row.fill(0, at, at + names.length);
      return;
    }
    const { blocks, threads, vthreads } = structure;
    row[at++] = log2p1(blocks);
    row[at++] = log2p1(threads);
    row[at++] = log2p1(vthreads);
    row[at++] = threads / (Math.ceil(threads / device.warpSize) * device.warpSize);
    row[at++] = log2p1(blocks / device.cores);
  },
};
