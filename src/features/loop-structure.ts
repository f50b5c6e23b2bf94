/** The shape of a leaf's own loop nest: tiles, unrolling, vectors, launch geometry. */
import {
  blockLoops,
  parallelLoop,
  plainLoop,
  threadLoops,
  unrolledLoop,
  vectorLoop,
  vthreadLoop,
} from './annotation-code';
import type { LeafGeometry } from './leaf-geometry';

/** Turns in which spatial and reduction loops take each other's place; the last takes all that remains. */
export const turnCount = 5;

/** One record is filled again and again. */
export interface LoopStructure {
  /** Product of the parallel loops around the leaf, those of other stages included. */
  parallel: number;
  /** Length of the vectorised loop, 1 without one. */
  vectorLength: number;
  vectorReduces: boolean;
  /** Level of the vectorised loop, -1 without one. */
  vectorLevel: number;
  /** Iterations that are unrolled, by annotation or by pragma, the vector loop not counted. */
  unrolled: number;
  /** Outermost level whose loops are all unrolled or vectorised. */
  unrolledLevel: number;
  /**
   * turnCount entries: products of the own loops in turns from the innermost outwards:
   * spatial, reduction, spatial, reduction, spatial with all that remains. The first is
   * the register tile of a tiled reduction.
   */
  readonly tiles: Float64Array;
  /** turnCount entries: outermost level of each turn; that of the last is where the own loops begin. */
  readonly turnLevels: Int32Array;
  /** Level at which the innermost spatial tile begins. */
  registerTileLevel: number;
  /** Own loops that neither run in parallel nor are unrolled: their branches cost time. */
  loopBranches: number;
  blocks: number;
  threads: number;
  vthreads: number;
}

export function createLoopStructure(): LoopStructure {
  return {
    parallel: 1,
    vectorLength: 1,
    vectorReduces: false,
    vectorLevel: -1,
    unrolled: 1,
    unrolledLevel: 0,
    tiles: new Float64Array(turnCount),
    turnLevels: new Int32Array(turnCount),
    registerTileLevel: 0,
    loopBranches: 0,
    blocks: 1,
    threads: 1,
    vthreads: 1,
  };
}

/** Fills `structure` with what the measured loops show. */
export function analyseLoops(structure: LoopStructure, geometry: LeafGeometry): void {
  multiplyByAnnotation(structure, geometry);
  findUnrolling(structure, geometry);
  findTiles(structure, geometry);
  const { attachDepth, iterations, iterationsInside } = geometry;
  let branches = 0;
  for (let level = attachDepth; level < structure.unrolledLevel; level++) {
    branches += iterations / (iterationsInside[level + 1] as number);
  }
  structure.loopBranches = branches;
}

function multiplyByAnnotation(structure: LoopStructure, geometry: LeafGeometry): void {
  let parallel = 1;
  let blocks = 1;
  let threads = 1;
  let vthreads = 1;
  let vectorLevel = -1;
  for (let level = 0; level < geometry.levels; level++) {
    const annotation = geometry.annotation[level] as number;
    const extent = geometry.extent[level] as number;
    if (annotation === plainLoop) continue;
    if (annotation === parallelLoop) parallel *= extent;
    else if (annotation === vthreadLoop) vthreads *= extent;
    else if (annotation === vectorLoop) {
      if (vectorLevel < 0) vectorLevel = level;
    } else if (((blockLoops >> annotation) & 1) === 1) blocks *= extent;
    else if (((threadLoops >> annotation) & 1) === 1) threads *= extent;
  }
  structure.parallel = parallel;
  structure.blocks = blocks;
  structure.threads = threads;
  structure.vthreads = vthreads;
  structure.vectorLevel = vectorLevel;
  structure.vectorLength = vectorLevel < 0 ? 1 : (geometry.extent[vectorLevel] as number);
  structure.vectorReduces = vectorLevel >= 0 && geometry.reduces[vectorLevel] === 1;
}

/** TVM unrolls from the innermost loop outwards while the statements stay within the pragma. */
function findUnrolling(structure: LoopStructure, geometry: LeafGeometry): void {
  const { annotation, extent, attachDepth, autoUnrollMaxStep } = geometry;
  let unrolled = 1;
  let level = geometry.levels;
  while (level > attachDepth) {
    const kind = annotation[level - 1] as number;
    const iterations = extent[level - 1] as number;
    if (kind !== vectorLoop) {
      const isUnrolled =
        kind === unrolledLoop || (kind === plainLoop && unrolled * iterations <= autoUnrollMaxStep);
      if (!isUnrolled) break;
      unrolled *= iterations;
    }
    level -= 1;
  }
  structure.unrolled = unrolled;
  structure.unrolledLevel = level;
}

function findTiles(structure: LoopStructure, geometry: LeafGeometry): void {
  const { tiles, turnLevels } = structure;
  const { levels, attachDepth, extent, reduces } = geometry;
  tiles.fill(1);
  turnLevels.fill(attachDepth);
  let turn = 0;
  for (let level = levels - 1; level >= attachDepth; level--) {
    // Even turns are spatial.
    if (turn < turnCount - 1 && reduces[level] === 1 - (turn & 1)) {
      turnLevels[turn] = level + 1;
      turn += 1;
    }
    tiles[turn] = (tiles[turn] as number) * (extent[level] as number);
  }
  structure.registerTileLevel = turnLevels[0] as number;
}
