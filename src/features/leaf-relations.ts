/** What the leaves of one program are to each other: kernels, producers and readers. */
import type { CompactProgram, ProgramLeaf } from '../program';
import { type MemoryPerVisit, measureMemoryPerVisit } from './gpu-memory';
import type { KernelUse } from './kernel-use';
import { followReader, type LaneSteps } from './lane-steps';
import type { LeafContext } from './leaf-context';
import type { AccessProfile } from './stage-profile';

const memory: MemoryPerVisit = { sharedBytes: 0, localBytes: 0 };

/** Adds up what the first `count` leaves take, kernel by kernel. */
export function addUpKernels(leaves: readonly LeafContext[], count: number): void {
  let kernelRoot = -1;
  let kernel: KernelUse | undefined;
  for (let i = 0; i < count; i++) {
    const context = leaves[i] as LeafContext;
    const { program, geometry, structure } = context;
    const first = program.leafFirstPath[i] as number;
    const root = geometry.levels > 0 ? (program.path[first] as number) : -1;
    if (kernel === undefined || root < 0 || root !== kernelRoot) {
      kernel = context.ownKernel;
      kernel.sharedBytes = 0;
      kernel.localBytes = 0;
      kernel.threads = 1;
    }
    kernelRoot = root;
    context.kernel = kernel;
    measureMemoryPerVisit(memory, program, i, geometry.profile);
    kernel.sharedBytes += memory.sharedBytes;
    kernel.localBytes += memory.localBytes;
    kernel.threads = Math.max(kernel.threads, structure.threads);
  }
}

/** Where lanes belong to a consumer, what it reads there says how its producers move. */
export function connectLanes(leaves: readonly LeafContext[], count: number): void {
  // Readers come after what they read.
  for (let i = count - 1; i > 0; i--) {
    const { lanes, geometry, program } = leaves[i] as LeafContext;
    if (lanes.level < 0 || !lanes.isKnown) continue;
    const { producerStages } = program.leaves[i] as ProgramLeaf;
    for (let access = 0; access < producerStages.length; access++) {
      const producer = leafOf(program, producerStages[access] as number);
      if (producer < 0 || producer >= i) continue;
      const made = leaves[producer] as LeafContext;
      if (made.lanes.isKnown || !shareLaneLoop(program, i, lanes, producer, made.lanes)) continue;
      const read = geometry.profile.accesses[access] as AccessProfile;
      followReader(made.lanes, made.geometry, geometry, read, lanes);
    }
  }
}

function shareLaneLoop(
  program: CompactProgram,
  reader: number,
  readerLanes: LaneSteps,
  producer: number,
  producerLanes: LaneSteps,
): boolean {
  const { path, leafFirstPath } = program;
  const ofReader = path[(leafFirstPath[reader] as number) + readerLanes.level];
  return path[(leafFirstPath[producer] as number) + producerLanes.level] === ofReader;
}

function leafOf(program: CompactProgram, stage: number): number {
  return stage < 0 ? -1 : (program.leafOfStage[stage] as number);
}

/** The leaf that makes what an access reads; undefined for inputs of the task. */
export function producerOf(context: LeafContext, access: number): LeafContext | undefined {
  const { program, index, leaves } = context;
  const { producerStages } = program.leaves[index] as ProgramLeaf;
  const leaf = leafOf(program, producerStages[access] as number);
  return leaf < 0 ? undefined : leaves[leaf];
}

/**
 * Bytes that the producer and the leaves behind it touch in one iteration of the loops that it
 * shares with the reader: what passes through the caches before the reader comes.
 */
export function bytesBetween(context: LeafContext, producer: number): number {
  const { program, index, leaves } = context;
  const { path, leafFirstPath } = program;
  const a = leafFirstPath[producer] as number;
  const b = leafFirstPath[index] as number;
  const afterA = leafFirstPath[producer + 1] as number;
  const afterB = leafFirstPath[index + 1] as number;
  const levels = Math.min(afterA - a, afterB - b);
  let common = 0;
  while (common < levels && path[a + common] === path[b + common]) common += 1;
  let bytes = 0;
  for (let leaf = producer; leaf < index; leaf++) {
    bytes += (leaves[leaf] as LeafContext).geometry.workingSetBytes[common] as number;
  }
  return bytes;
}
