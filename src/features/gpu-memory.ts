/** Memory that a leaf of a GPU kernel takes: what TVM allocates for one visit of its consumer. */
import type { CompactProgram, ProgramLeaf } from '../program';
import { threadLoops, vthreadLoop } from './annotation-code';
import type { StageProfile } from './stage-profile';

export interface MemoryPerVisit {
  sharedBytes: number;
  /** Of one thread, all its virtual threads together. */
  localBytes: number;
}

/** Fills `memory` for one leaf. */
export function measureMemoryPerVisit(
  memory: MemoryPerVisit,
  program: CompactProgram,
  index: number,
  profile: StageProfile,
): void {
  memory.sharedBytes = 0;
  memory.localBytes = 0;
  const leaf = program.leaves[index] as ProgramLeaf;
  const first = program.leafFirstPath[index] as number;
  const ownFirst = first + (program.leafAttachDepth[index] as number);
  const afterLast = program.leafFirstPath[index + 1] as number;
  let vthreads = 1;
  for (let at = first; at < ownFirst; at++) {
    if (annotationAt(program, at) === vthreadLoop) vthreads *= extentAt(program, at);
  }
  let iterations = 1;
  let reducesAcrossThreads = false;
  for (let at = ownFirst; at < afterLast; at++) {
    iterations *= extentAt(program, at);
    if (((threadLoops >> annotationAt(program, at)) & 1) === 1) {
      reducesAcrossThreads ||= movesReduction(program, program.path[at] as number, leaf);
    }
  }
  const bytes = elementBytes(profile);
  // Two of them: what each thread sums up by itself, and the sum over the threads.
  if (reducesAcrossThreads) memory.localBytes = 2 * bytes;
  if (ownFirst === first) return;
  const visited = Math.min(elementsPerVisit(program, index, leaf), iterations) * bytes;
  // Every virtual thread has its own part of a local buffer, and all share the shared ones.
  if (leaf.scope === 'local') memory.localBytes += visited * vthreads;
  else if (leaf.scope === 'shared') memory.sharedBytes = visited;
}

function elementsPerVisit(program: CompactProgram, index: number, leaf: ProgramLeaf): number {
  const depth = program.leafAttachDepth[index] as number;
  const row = (program.leafFirstSpan[index] as number) + depth * leaf.axisExtents.length;
  let elements = 1;
  for (let axis = 0; axis < leaf.stage.spatialCount; axis++) {
    elements *= program.spans[row + axis] as number;
  }
  return elements;
}

function elementBytes(profile: StageProfile): number {
  let bytes = 0;
  for (const { access, elementBytes: each } of profile.accesses) if (access.isWrite) bytes += each;
  return bytes;
}

function movesReduction(program: CompactProgram, loop: number, leaf: ProgramLeaf): boolean {
  const afterLast = program.loopFirstRun[loop + 1] as number;
  for (let run = program.loopFirstRun[loop] as number; run < afterLast; run++) {
    if ((program.runAxis[run] as number) >= leaf.stage.spatialCount) return true;
  }
  return false;
}

function annotationAt(program: CompactProgram, at: number): number {
  return program.loopAnnotation[program.path[at] as number] as number;
}

function extentAt(program: CompactProgram, at: number): number {
  return program.loopExtent[program.path[at] as number] as number;
}
