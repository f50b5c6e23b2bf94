/** What the loops around a leaf are: how many, how uneven, how parallel, vectors, unrolling, tiles. */
import type { FeatureGroup, LeafContext } from './leaf-context';
import { slotNames } from './leaf-context';
import { log2p1 } from './log2p1';
import { loopSlots } from './loop-slot-features';
import { turnCount } from './loop-structure';

export const loopFeatures: FeatureGroup = {
  names: [
    'loops.iterations',
    'loops.count',
    'loops.own',
    'loops.attach_depth',
    'loops.beyond_slots',
    'loops.position',
    'loops.branches',
    'loops.tails',
    'loops.recomputation',
    'loops.inexact',
    'parallel.extent',
    'parallel.core_use',
    'parallel.rounds',
    'vector.length',
    'vector.reduces',
    'vector.registers',
    'vector.lane_use',
    'vector.lanes_known',
    'unroll.iterations',
    'unroll.pragma',
    'unroll.covers_register_tile',
    ...slotNames('tile', turnCount, ['iterations']),
    'tile.accumulators',
    'tile.spills',
  ],
  write(context, row, at) {
    const { geometry, structure, estimate, device, program, index } = context;
    const { levels, attachDepth } = geometry;
    row[at++] = log2p1(geometry.iterations);
    row[at++] = levels / 4;
    row[at++] = (levels - attachDepth) / 4;
    row[at++] = attachDepth / 4;
    row[at++] = Math.max(0, levels - loopSlots) / 4;
    row[at++] = log2p1(program.leafSerial[index] as number);
    row[at++] = log2p1(structure.loopBranches);
    at = writeOvershoot(context, row, at);
    const rounds = Math.ceil(structure.parallel / device.cores);
    row[at++] = log2p1(structure.parallel);
    row[at++] = structure.parallel / (rounds * device.cores);
    row[at++] = log2p1(rounds);
    const lanes = device.simdBytes / geometry.profile.elementBytes;
    const registers = Math.ceil(structure.vectorLength / lanes);
    row[at++] = log2p1(structure.vectorLength);
    row[at++] = Number(structure.vectorReduces);
    row[at++] = log2p1(registers);
    row[at++] = structure.vectorLength / (registers * lanes);
    row[at++] = Number(context.lanes.isKnown);
    row[at++] = log2p1(structure.unrolled);
    row[at++] = log2p1(geometry.autoUnrollMaxStep);
    row[at++] = Number(structure.unrolledLevel <= structure.registerTileLevel);
    for (let turn = 0; turn < turnCount; turn++) {
      row[at++] = log2p1(structure.tiles[turn] as number);
    }
    row[at++] = log2p1(estimate.accumulators);
    row[at++] = log2p1(estimate.accumulators / device.vectorRegisters);
  },
};

/** Iterations against the points that are needed, in one visit of the consumer and over all visits. */
function writeOvershoot(context: LeafContext, row: Float32Array, at: number): number {
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
  row[at++] = log2p1(inVisit / visitPoints - 1);
  row[at++] = log2p1((visits * visitPoints) / wholePoints - 1);
  const first = program.leafFirstPath[index] as number;
  let inexact = 0;
  for (let level = 0; level < geometry.levels; level++) {
    if (program.loopIsExact[program.path[first + level] as number] === 0) inexact += 1;
  }
  row[at++] = inexact / 4;
  return at;
}
