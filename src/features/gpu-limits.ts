/**
 * The checks of a GPU kernel that TVM makes while lowering (VerifyGPUCode), on
 * what the loop nest shows: threads, vthreads and shared memory of every kernel.
 */
import type { Task } from '../program';
import type { LeafContext } from './loop-nest-features';

/** What is broken, with value and bound; undefined where nothing is or the target is no GPU. */
export function gpuViolation(leaves: readonly LeafContext[], task: Task): string | undefined {
  const { maxThreadsPerBlock, maxVthreadExtent, maxSharedMemoryPerBlock } = task.hardwareParams;
  const sharedBytes = new Map<number, number>();
  for (const { geometry, structure, device } of leaves) {
    if (!device.isGpu) return undefined;
    const { leaf } = geometry;
    if (maxThreadsPerBlock > 0 && structure.threads > maxThreadsPerBlock) {
      return `stage "${leaf.stage.name}": ${structure.threads} threads a block, at most ${maxThreadsPerBlock}`;
    }
    const vthread = geometry.loops.find(
      (loop) =>
        loop.annotation === 'vthread' && maxVthreadExtent > 0 && loop.extent > maxVthreadExtent,
    );
    if (vthread !== undefined) {
      return `stage "${leaf.stage.name}": a vthread loop of ${vthread.extent}, at most ${maxVthreadExtent}`;
    }
    if (leaf.scope !== 'shared') continue;
    const kernel = leaf.path[0] ?? -1;
    const bytes =
      (sharedBytes.get(kernel) ?? 0) + (geometry.footprints[0]?.bytes[leaf.attachDepth] ?? 0);
    sharedBytes.set(kernel, bytes);
    if (maxSharedMemoryPerBlock > 0 && bytes > maxSharedMemoryPerBlock) {
      return `${bytes} bytes of shared memory a block, at most ${maxSharedMemoryPerBlock}`;
    }
  }
  return undefined;
}
