/**
 * The checks of a GPU kernel that TVM makes while lowering (VerifyGPUCode), on the program as it
 * stands: threads, vthreads, shared and local memory of every kernel, and the width of vectors.
 * A bound of 0 is unknown and checks nothing.
 */
import { type CompactProgram, type ProgramLeaf, type Task, targetKind } from '../program';
import { threadLoops, threadXLoop, vthreadLoop } from './annotation-code';
import { type MemoryPerVisit, measureMemoryPerVisit } from './gpu-memory';
import type { StageProfile } from './stage-profile';
import { vectorBytes } from './vector-width';

/**
 * TVM unrolls a loop over fewer vthreads, and looks for the bound only at those that it keeps
 * (InjectVirtualThread).
 */
const firstVthreadLoopKept = 16;

/** What is broken, with value and bound; undefined where nothing is or the target is no GPU. */
export function gpuViolation(
  program: CompactProgram,
  profiles: readonly StageProfile[],
  task: Task,
): string | undefined {
  if (targetKind(task) !== 'gpu') return undefined;
  const params = task.hardwareParams;
  const memory: MemoryPerVisit = { sharedBytes: 0, localBytes: 0 };
  let kernel = -1;
  let sharedBytes = 0;
  let localBytes = 0;
  let kernelThreads = 0;
  for (let index = 0; index < program.leafCount; index++) {
    const first = program.leafFirstPath[index] as number;
    const root = first < (program.leafFirstPath[index + 1] as number) ? program.path[first] : -1;
    if (root !== kernel) {
      kernel = root as number;
      sharedBytes = 0;
      localBytes = 0;
      kernelThreads = 0;
    }
    const { name } = (program.leaves[index] as ProgramLeaf).stage;
    const launch = launchOf(program, index);
    const profile = profiles[index] as StageProfile;
    if (exceeds(launch.threads, params.maxThreadsPerBlock)) {
      return tooMuch(name, 'threads a block', launch.threads, params.maxThreadsPerBlock);
    }
    if (
      launch.longestVthread >= firstVthreadLoopKept &&
      exceeds(launch.longestVthread, params.maxVthreadExtent)
    ) {
      return tooMuch(name, 'vthreads in a loop', launch.longestVthread, params.maxVthreadExtent);
    }
    if (launch.reboundTo !== 0 && launch.reboundTo !== launch.reboundFrom) {
      return unequalThreads(name, launch.reboundTo, launch.reboundFrom);
    }
    if (kernelThreads === 0) kernelThreads = launch.threadsX;
    if (launch.threadsX !== kernelThreads) {
      return unequalThreads(name, launch.threadsX, kernelThreads);
    }
    const vector = vectorBytes(program, index, profile);
    if (exceeds(vector, params.vectorUnitBytes)) {
      return tooMuch(name, 'bytes in a vector', vector, params.vectorUnitBytes);
    }
    measureMemoryPerVisit(memory, program, index, profile);
    sharedBytes += memory.sharedBytes;
    localBytes += memory.localBytes;
    if (exceeds(sharedBytes, params.maxSharedMemoryPerBlock)) {
      return tooMuch(name, 'bytes of shared memory', sharedBytes, params.maxSharedMemoryPerBlock);
    }
    if (exceeds(localBytes, params.maxLocalMemoryPerBlock)) {
      return tooMuch(name, 'bytes of local memory', localBytes, params.maxLocalMemoryPerBlock);
    }
  }
  return undefined;
}

function exceeds(value: number, bound: number): boolean {
  return bound > 0 && value > bound;
}

function tooMuch(stage: string, what: string, value: number, bound: number): string {
  return `stage "${stage}": ${value} ${what}, at most ${bound}`;
}

function unequalThreads(stage: string, value: number, bound: number): string {
  return `stage "${stage}": ${value} threads along threadIdx.x, must be the ${bound} of its kernel`;
}

interface Launch {
  /** Of a block; a leaf that binds a thread index anew replaces the outer one. */
  readonly threads: number;
  /** Of the innermost loop bound to threadIdx.x, 1 without one. */
  readonly threadsX: number;
  /** Extents where the leaf binds threadIdx.x anew inside a loop that does; 0 where it does not. */
  readonly reboundTo: number;
  readonly reboundFrom: number;
  readonly longestVthread: number;
}

function launchOf(program: CompactProgram, index: number): Launch {
  const first = program.leafFirstPath[index] as number;
  const afterLast = program.leafFirstPath[index + 1] as number;
  const ownFirst = first + (program.leafAttachDepth[index] as number);
  let own = 0;
  for (let at = ownFirst; at < afterLast; at++) own |= 1 << annotationAt(program, at);
  let threads = 1;
  let threadsX = 1;
  let reboundTo = 0;
  let reboundFrom = 0;
  let longestVthread = 1;
  for (let at = first; at < afterLast; at++) {
    const annotation = annotationAt(program, at);
    const extent = program.loopExtent[program.path[at] as number] as number;
    if (annotation === vthreadLoop) longestVthread = Math.max(longestVthread, extent);
    if (((threadLoops >> annotation) & 1) === 0) continue;
    const isRebound = at < ownFirst && ((own >> annotation) & 1) === 1;
    if (!isRebound) threads *= extent;
    if (annotation !== threadXLoop) continue;
    threadsX = extent;
    if (isRebound) reboundFrom = extent;
    else if (reboundFrom !== 0) reboundTo = extent;
  }
  return { threads, threadsX, reboundTo, reboundFrom, longestVthread };
}

function annotationAt(program: CompactProgram, at: number): number {
  return program.loopAnnotation[program.path[at] as number] as number;
}
