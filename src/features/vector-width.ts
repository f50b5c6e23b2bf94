/** The widest vector that TVM makes of a leaf's vectorised loop. */
import {
  type CompactProgram,
  dtypeBytes,
  type Expression,
  operandsOf,
  type ProgramLeaf,
  type StageComputation,
} from '../program';
import { vectorLoop } from './annotation-code';
import type { AccessProfile, StageProfile } from './stage-profile';

interface VectorStage {
  /** Widest element among what is cast on the way; 0 without casts. */
  readonly castBytes: number;
  /** By axis, whether a condition depends on it: TVM takes a loop over such an axis apart. */
  readonly isConditional: readonly boolean[];
}

/** TVM narrows indices to 32 bits. */
const indexBytes = 4;

const known = new WeakMap<StageComputation, VectorStage>();

/** Bytes of the widest vector; 0 where nothing is vectorised. */
export function vectorBytes(program: CompactProgram, index: number, profile: StageProfile): number {
  const first = program.leafFirstPath[index] as number;
  for (let at = (program.leafFirstPath[index + 1] as number) - 1; at >= first; at--) {
    const loop = program.path[at] as number;
    if (program.loopAnnotation[loop] !== vectorLoop) continue;
    const stage = vectorStage((program.leaves[index] as ProgramLeaf).stage);
    if (isTakenApart(program, loop, stage)) return 0;
    let elementBytes = stage.castBytes;
    for (const access of profile.accesses) {
      if (!isMoved(program, loop, access.axisMask)) continue;
      elementBytes = Math.max(elementBytes, access.elementBytes);
      if (isScattered(program, loop, access)) elementBytes = Math.max(elementBytes, indexBytes);
    }
    return (program.loopExtent[loop] as number) * elementBytes;
  }
  return 0;
}

function isTakenApart(program: CompactProgram, loop: number, stage: VectorStage): boolean {
  const first = program.loopFirstRun[loop] as number;
  const afterLast = program.loopFirstRun[loop + 1] as number;
  // A part of fused axes that ends within one moves them all.
  if (program.loopIsExact[loop] === 0) return stage.isConditional.includes(true);
  for (let run = first; run < afterLast; run++) {
    if (stage.isConditional[program.runAxis[run] as number]) return true;
  }
  return false;
}

/** Elements that stand apart in memory: TVM holds the vector of their indices to the bound too. */
function isScattered(program: CompactProgram, loop: number, access: AccessProfile): boolean {
  const run = program.loopFirstRun[loop] as number;
  const isOneRun = program.loopIsExact[loop] === 1 && program.loopFirstRun[loop + 1] === run + 1;
  if (!isOneRun || access.access.isWrite || !access.isAffine) return false;
  const stride = access.axisStrides[program.runAxis[run] as number] as number;
  return Math.abs(stride * (program.runStride[run] as number)) !== 1;
}

function isMoved(program: CompactProgram, loop: number, axisMask: number): boolean {
  const afterLast = program.loopFirstRun[loop + 1] as number;
  for (let run = program.loopFirstRun[loop] as number; run < afterLast; run++) {
    if (((axisMask >> ((program.runAxis[run] as number) % 32)) & 1) === 1) return true;
  }
  return false;
}

function vectorStage(stage: StageComputation): VectorStage {
  const cached = known.get(stage);
  if (cached !== undefined) return cached;
  let castBytes = 0;
  const conditional = new Set<string>();
  const visit = (node: Expression, inCondition: boolean): void => {
    if (node.kind === 'axis' && inCondition) conditional.add(node.name);
    if (node.kind === 'cast') castBytes = Math.max(castBytes, dtypeBytes(node.dtype) ?? 0);
    operandsOf(node).forEach((operand, i) => {
      visit(operand, inCondition || (node.kind === 'select' && i === 0));
    });
  };
  for (const body of stage.bodies) visit(body, false);
  const isConditional = stage.axisNames.map((axis) => conditional.has(axis));
  const made = { castBytes, isConditional };
  known.set(stage, made);
  return made;
}
