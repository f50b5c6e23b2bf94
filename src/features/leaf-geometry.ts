/**
 * Loops and footprints of one leaf, level by level: level l means that the loops
 * from l inwards run while those outside stand still.
 */
import type { CompactProgram, ProgramLeaf, ProgramLoop } from '../program';
import type { AccessProfile, StageProfile } from './stage-profile';

/** What one access touches while the loops from a level inwards run. */
export interface Footprint {
  /** Elements, each once. */
  readonly elements: Float64Array;
  readonly bytes: Float64Array;
  /** Cache lines, each once. */
  readonly lines: Float64Array;
  /** Elements in a row in memory. */
  readonly runs: Float64Array;
}

export interface LeafGeometry {
  readonly leaf: ProgramLeaf;
  readonly profile: StageProfile;
  readonly loops: readonly ProgramLoop[];
  readonly iterations: number;
  /** levels + 1 entries: iterations of the loops from the level inwards; the last is 1. */
  readonly iterationsInside: Float64Array;
  /** One per access, in the profile's order. */
  readonly footprints: readonly Footprint[];
  /** levels + 1 entries: bytes of all footprints together. */
  readonly workingSetBytes: Float64Array;
  /** Whether each loop moves a reduction axis; loops of other stages never do. */
  readonly reduces: readonly boolean[];
}

export function measureLeaf(
  program: CompactProgram,
  leaf: ProgramLeaf,
  profile: StageProfile,
  cacheLineBytes: number,
): LeafGeometry {
  const loops = effectiveLoops(program, leaf);
  const levels = loops.length;
  const iterationsInside = new Float64Array(levels + 1);
  iterationsInside[levels] = 1;
  for (let level = levels - 1; level >= 0; level--) {
    iterationsInside[level] =
      (iterationsInside[level + 1] as number) * (loops[level] as ProgramLoop).extent;
  }
  const footprints = profile.accesses.map((access) =>
    footprint(access, leaf, iterationsInside, cacheLineBytes),
  );
  const workingSetBytes = new Float64Array(levels + 1);
  for (const { bytes } of footprints) {
    for (let level = 0; level <= levels; level++) {
      workingSetBytes[level] = (workingSetBytes[level] as number) + (bytes[level] as number);
    }
  }
  const reduces = loops.map(
    (loop, level) =>
      level >= leaf.attachDepth && loop.runs.some((run) => run.axis >= leaf.stage.spatialCount),
  );
  return {
    leaf,
    profile,
    loops,
    iterations: iterationsInside[0] as number,
    iterationsInside,
    footprints,
    workingSetBytes,
    reduces,
  };
}

/**
 * A copy into shared memory binds the threads of the block anew and serves all
 * virtual threads at once: the loops of its consumer over the same threads do
 * not repeat it.
 */
function effectiveLoops(program: CompactProgram, leaf: ProgramLeaf): readonly ProgramLoop[] {
  const loops = leaf.path.map((loop) => program.loops[loop] as ProgramLoop);
  const own = new Set(loops.slice(leaf.attachDepth).map((loop) => loop.annotation));
  return loops.map((loop, level) => {
    if (level >= leaf.attachDepth) return loop;
    const isRebound = loop.annotation.startsWith('threadIdx') && own.has(loop.annotation);
    const isShared = leaf.scope === 'shared' && loop.annotation === 'vthread';
    return isRebound || isShared ? { ...loop, extent: 1 } : loop;
  });
}

function footprint(
  profile: AccessProfile,
  leaf: ProgramLeaf,
  iterationsInside: Float64Array,
  cacheLineBytes: number,
): Footprint {
  const count = iterationsInside.length;
  const elements = new Float64Array(count);
  const bytes = new Float64Array(count);
  const lines = new Float64Array(count);
  const runs = new Float64Array(count);
  const axes = leaf.axisExtents.length;
  const { elementBytes } = profile;
  const { indices, shape } = profile.access;
  for (let level = 0; level < count; level++) {
    const offset = level * axes;
    let unique = 1;
    let run = 1;
    let isWholeSoFar = true;
    let spread = 1;
    for (let d = indices.length - 1; d >= 0; d--) {
      const extent = shape[d] as number;
      const index = indices[d] as (typeof indices)[number];
      const touched = Math.min(index.count(leaf.spans, offset), extent);
      unique *= touched;
      if (isWholeSoFar) {
        const width = Math.min(index.width(leaf.spans, offset) + 1, extent);
        if (width > touched) {
          // Touched with gaps: every element is a run, some share a line.
          spread = Math.min(width / touched, cacheLineBytes / elementBytes);
          isWholeSoFar = false;
        } else {
          run *= touched;
          isWholeSoFar = touched === extent;
        }
      }
    }
    unique = Math.min(unique, iterationsInside[level] as number);
    run = Math.min(run, unique);
    elements[level] = unique;
    bytes[level] = unique * elementBytes;
    runs[level] = run;
    lines[level] = (unique / run) * Math.ceil((run * elementBytes * spread) / cacheLineBytes);
  }
  return { elements, bytes, lines, runs };
}

/** Elements by which an access moves in memory when a loop steps once; 0 for loops of other stages. */
export function loopStride(geometry: LeafGeometry, level: number, access: AccessProfile): number {
  if (level < geometry.leaf.attachDepth) return 0;
  const { runs } = geometry.loops[level] as ProgramLoop;
  const innermost = runs[runs.length - 1];
  if (innermost === undefined) return 0;
  return Math.abs((access.axisStrides[innermost.axis] ?? 0) * innermost.stride);
}
