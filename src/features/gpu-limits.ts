/**
 * The checks of a GPU kernel that TVM makes while lowering (VerifyGPUCode), on
 * what the loop nest shows: threads, vthreads and shared memory of every kernel.
 */
import { type CompactProgram, isGpuTarget, type ProgramLeaf, type Task } from '../program';
import { threadLoops, vthreadLoop } from './annotation-code';
import type { StageProfile } from './stage-profile';

/** What is broken, with value and bound; undefined where nothing is or the target is no GPU. */
export function gpuViolation(
  program: CompactProgram,
  profiles: readonly StageProfile[],
  task: Task,
): string | undefined {
  if (task.device.kind !== 'gpu' && !isGpuTarget(task.target)) return undefined;
  const { maxThreadsPerBlock, maxVthreadExtent, maxSharedMemoryPerBlock } = task.hardwareParams;
  let kernel = -1;
  let sharedBytes = 0;
  for (let index = 0; index < program.leafCount; index++) {
    const leaf = program.leaves[index] as ProgramLeaf;
    const stage = `stage "${leaf.stage.name}"`;
    const first = program.leafFirstPath[index] as number;
    const afterLast = program.leafFirstPath[index + 1] as number;
    const ownFirst = first + (program.leafAttachDepth[index] as number);
    const [threads, vthread] = threadExtents(program, first, ownFirst, afterLast);
    if (maxThreadsPerBlock > 0 && threads > maxThreadsPerBlock) {
      return `${stage}: ${threads} threads a block, at most ${maxThreadsPerBlock}`;
    }
    if (maxVthreadExtent > 0 && vthread > maxVthreadExtent) {
      return `${stage}: a vthread loop of ${vthread}, at most ${maxVthreadExtent}`;
    }
    const root = first < afterLast ? (program.path[first] as number) : -1;
    if (root !== kernel) sharedBytes = 0;
    kernel = root;
    if (leaf.scope !== 'shared') continue;
    sharedBytes += writtenBytes(program, index, profiles[index] as StageProfile);
    if (maxSharedMemoryPerBlock > 0 && sharedBytes > maxSharedMemoryPerBlock) {
      return `${sharedBytes} bytes of shared memory a block, at most ${maxSharedMemoryPerBlock}`;
    }
  }
  return undefined;
}

/** [threads of a block, longest vthread loop]; a leaf that binds a thread index anew replaces the outer one. */
function threadExtents(
  program: CompactProgram,
  first: number,
  ownFirst: number,
  afterLast: number,
): readonly [number, number] {
  let own = 0;
  for (let at = ownFirst; at < afterLast; at++) own |= 1 << annotationAt(program, at);
  let threads = 1;
  let vthread = 1;
  for (let at = first; at < afterLast; at++) {
    const annotation = annotationAt(program, at);
    const extent = program.loopExtent[program.path[at] as number] as number;
    if (annotation === vthreadLoop) vthread = Math.max(vthread, extent);
    const isRebound = at < ownFirst && ((own >> annotation) & 1) === 1;
    if (((threadLoops >> annotation) & 1) === 1 && !isRebound) threads *= extent;
  }
  return [threads, vthread];
}

function annotationAt(program: CompactProgram, at: number): number {
  return program.loopAnnotation[program.path[at] as number] as number;
}

/** What a stage writes between two visits of its consumer. */
function writtenBytes(program: CompactProgram, index: number, profile: StageProfile): number {
  const { stage, axisExtents } = program.leaves[index] as ProgramLeaf;
  const depth = program.leafAttachDepth[index] as number;
  const first = (program.leafFirstSpan[index] as number) + depth * axisExtents.length;
  let iterations = 1;
  const afterLast = program.leafFirstPath[index + 1] as number;
  for (let at = (program.leafFirstPath[index] as number) + depth; at < afterLast; at++) {
    iterations *= program.loopExtent[program.path[at] as number] as number;
  }
  let elements = 1;
  for (let axis = 0; axis < stage.spatialCount; axis++) {
    elements *= program.spans[first + axis] as number;
  }
  return Math.min(elements, iterations) * profile.elementBytes;
}
