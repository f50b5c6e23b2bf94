/** What the leaves of one GPU kernel, all under one outermost loop, take together. */
import type { DeviceCard } from '../program';

/** One record is filled again and again. */
export interface KernelUse {
  /** Of one block. */
  sharedBytes: number;
  /** Of one thread, all its virtual threads together. */
  localBytes: number;
  /** Threads of a block: the most that any leaf runs on. */
  threads: number;
}

export function createKernelUse(): KernelUse {
  return { sharedBytes: 0, localBytes: 0, threads: 1 };
}

/** Registers of one thread, four bytes each, that the kernel's local buffers take. */
export function localRegisters(kernel: KernelUse): number {
  return Math.ceil(kernel.localBytes / 4);
}

/**
 * Blocks that one multiprocessor holds at once by what the card tells of its limits; 0 where
 * it tells nothing, or where not even one block fits.
 */
export function residentBlocks(kernel: KernelUse, card: DeviceCard): number {
  let blocks = Number.POSITIVE_INFINITY;
  if (card.maxThreadsPerCore > 0) blocks = Math.floor(card.maxThreadsPerCore / kernel.threads);
  if (card.sharedMemoryBytesPerCore > 0 && kernel.sharedBytes > 0) {
    blocks = Math.min(blocks, Math.floor(card.sharedMemoryBytesPerCore / kernel.sharedBytes));
  }
  if (card.registersPerCore > 0) {
    const registers = Math.max(1, localRegisters(kernel)) * kernel.threads;
    blocks = Math.min(blocks, Math.floor(card.registersPerCore / registers));
  }
  return Number.isFinite(blocks) ? blocks : 0;
}
