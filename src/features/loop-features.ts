/** What the loops around a leaf are: how many, how uneven, how parallel, vectors, unrolling, tiles. */
import { type FeatureGroup, type LeafContext, magnitudes, plain, slots } from './leaf-context';
import { loopSlots } from './loop-slot-features';
import { turnCount } from './loop-structure';

export const loopFeatures: FeatureGroup = {
  features: [
    ...magnitudes('loops.iterations'),
    ...plain('loops.count', 'loops.own', 'loops.attach_depth', 'loops.beyond_slots'),
    ...magnitudes('loops.position', 'loops.branches', 'loops.tails', 'loops.recomputation'),
    ...plain('loops.inexact'),
    ...magnitudes('parallel.extent'),
    ...plain('parallel.core_use'),
    ...magnitudes('parallel.rounds', 'vector.length'),
    ...plain('vector.reduces'),
    ...magnitudes('vector.registers'),
    ...plain('vector.lane_use', 'vector.lanes_known'),
    ...magnitudes('unroll.iterations', 'unroll.pragma'),
    ...plain('unroll.covers_register_tile'),
    ...slots('tile', turnCount, magnitudes('iterations')),
    ...magnitudes('tile.accumulators', 'tile.spills'),
  ],
  write(context, row, at) {
    const { geometry, structure, estimate, device, program, index } = context;
    const { levels, attachDepth } = geometry;
    row[at++] = geometry.iterations;
    row[at++] = levels / 4;
    row[at++] = (levels - attachDepth) / 4;
    row[at++] = attachDepth / 4;
    row[at++] = Math.max(0, levels - loopSlots) / 4;
    row[at++] = program.leafSerial[index] as number;
    row[at++] = structure.loopBranches;
    at = writeOvershoot(context, row, at);
    const rounds = Math.ceil(structure.parallel / device.cores);
    row[at++] = structure.parallel;
    row[at++] = structure.parallel / (rounds * device.cores);
    row[at++] = rounds;
    const lanes = device.simdBytes / geometry.profile.elementBytes;
    const registers = Math.ceil(structure.vectorLength / lanes);
    row[at++] = structure.vectorLength;
    row[at++] = Number(structure.vectorReduces);
    row[at++] = registers;
    row[at++] = structure.vectorLength / (registers * lanes);
    row[at++] = Number(context.lanes.isKnown);
    row[at++] = structure.unrolled;
    row[at++] = geometry.autoUnrollMaxStep;
    row[at++] = Number(structure.unrolledLevel <= structure.registerTileLevel);
    for (let turn = 0; turn < turnCount; turn++) {
      row[at++] = structure.tiles[turn] as number;
    }
    row[at++] = estimate.accumulators;
    row[at++] = estimate.accumulators / device.vectorRegisters;
  },
};

/** Iterations against the points that are needed, in one visit of the consumer and over all visits. */
function writeOvershoot(context: LeafContext, row: Float64Array, at: number): number {
  const { geometry, program, index } = context;
  const { attachDepth, iterations, iterationsInside } = geometry;
  const axes = geometry.leaf.axisExtents.length;
  const whole = program.leafFirstSpan[index] as number;
  const visit = whole + attachDepth * axes;
  let wholePoints = 1;
  let visitPoints = 1;
  for (let axis = 0; axis < axes; axis++) {
    wholePoints *= program.spans[whole + axis] as number;
    visitPoints *= program.spans[visit + axis] as number;
  }
  const inVisit = iterationsInside[attachDepth] as number;
  const visits = iterations / inVisit;
  row[at++] = inVisit / visitPoints - 1;
  row[at++] = (visits * visitPoints) / wholePoints - 1;
  const first = program.leafFirstPath[index] as number;
  let inexact = 0;
  for (let level = 0; level < geometry.levels; level++) {
    if (program.loopIsExact[program.path[first + level] as number] === 0) inexact += 1;
  }
  row[at++] = inexact / 4;
  return at;
}
