/** The shape of a leaf's own loop nest: tiles, unrolling, vectors, launch geometry. */
import type { ProgramLoop } from '../program';
import type { LeafGeometry } from './leaf-geometry';

export interface LoopStructure {
  /** Product of the parallel loops around the leaf, those of other stages included. */
  readonly parallel: number;
  /** Length of the vectorised loop, 1 without one. */
  readonly vectorLength: number;
  readonly vectorReduces: boolean;
  /** Level of the vectorised loop, -1 without one. */
  readonly vectorLevel: number;
  /** Iterations that are unrolled, by annotation or by pragma, the vector loop not counted. */
  readonly unrolled: number;
  /** Outermost level whose loops are all unrolled or vectorised. */
  readonly unrolledLevel: number;
  /**
   * Products of the own loops in turns from the innermost outwards: spatial,
   * reduction, spatial, reduction, spatial with all that remains. The first is
   * the register tile of a tiled reduction.
   */
  readonly tiles: readonly [number, number, number, number, number];
  /** Level at which the innermost spatial tile begins. */
  readonly registerTileLevel: number;
  /** Own loops that neither run in parallel nor are unrolled: their branches cost time. */
  readonly loopBranches: number;
  readonly blocks: number;
  readonly threads: number;
  readonly vthreads: number;
}

export function analyseLoops(geometry: LeafGeometry): LoopStructure {
  const { loops, leaf } = geometry;
  const own = loops.slice(leaf.attachDepth);
  const product = (wanted: (loop: ProgramLoop) => boolean): number =>
    loops.reduce((total, loop) => (wanted(loop) ? total * loop.extent : total), 1);
  const vectorLevel = loops.findIndex((loop) => loop.annotation === 'vectorize');
  const vectorLength = vectorLevel < 0 ? 1 : (loops[vectorLevel] as ProgramLoop).extent;
  const { unrolled, unrolledLevel } = unrolling(geometry);
  const { tiles, registerTileLevel } = tilesOf(geometry);
  let loopBranches = 0;
  for (let level = leaf.attachDepth; level < unrolledLevel; level++) {
    loopBranches += geometry.iterations / (geometry.iterationsInside[level + 1] as number);
  }
  return {
    parallel: product((loop) => loop.annotation === 'parallel'),
    vectorLength,
    vectorReduces: vectorLevel >= 0 && (geometry.reduces[vectorLevel] as boolean),
    vectorLevel,
    unrolled,
    unrolledLevel,
    tiles,
    registerTileLevel,
    loopBranches: own.length === 0 ? 0 : loopBranches,
    blocks: product((loop) => loop.annotation.startsWith('blockIdx')),
    threads: product((loop) => loop.annotation.startsWith('threadIdx')),
    vthreads: product((loop) => loop.annotation === 'vthread'),
  };
}

/** TVM unrolls from the innermost loop outwards while the statements stay within the pragma. */
function unrolling(geometry: LeafGeometry): { unrolled: number; unrolledLevel: number } {
  const { loops, leaf } = geometry;
  let unrolled = 1;
  let level = loops.length;
  while (level > leaf.attachDepth) {
    const loop = loops[level - 1] as ProgramLoop;
    const isVector = loop.annotation === 'vectorize';
    const isUnrolled =
      loop.annotation === 'unroll' ||
      (loop.annotation === 'for' && unrolled * loop.extent <= leaf.autoUnrollMaxStep);
    if (!isVector && !isUnrolled) break;
    if (!isVector) unrolled *= loop.extent;
    level -= 1;
  }
  return { unrolled, unrolledLevel: level };
}

function tilesOf(geometry: LeafGeometry): {
  tiles: LoopStructure['tiles'];
  registerTileLevel: number;
} {
  const { loops, leaf, reduces } = geometry;
  const tiles: [number, number, number, number, number] = [1, 1, 1, 1, 1];
  let turn = 0;
  let registerTileLevel = loops.length;
  for (let level = loops.length - 1; level >= leaf.attachDepth; level--) {
    const isSpatialTurn = turn % 2 === 0;
    if (turn < tiles.length - 1 && (reduces[level] as boolean) === isSpatialTurn) turn += 1;
    tiles[turn as 0] *= (loops[level] as ProgramLoop).extent;
    if (turn === 0) registerTileLevel = level;
  }
  return { tiles, registerTileLevel };
}
