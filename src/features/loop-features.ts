/** What the loops around a leaf are: extents, vectors, unrolling, tiles. */
import { type FeatureGroup, slotNames } from './leaf-context';
import { log2p1 } from './log2p1';
import { turnCount } from './loop-structure';

export const loopFeatures: FeatureGroup = {
  names: [
    'loops.iterations',
    'loops.count',
    'loops.own',
    'loops.attach_depth',
    'loops.innermost_extent',
    'loops.innermost_reduces',
    'loops.branches',
    'parallel.extent',
    'parallel.core_use',
    'parallel.rounds',
    'vector.length',
    'vector.reduces',
    'vector.registers',
    'vector.lane_use',
    'unroll.iterations',
    'unroll.pragma',
    'unroll.covers_register_tile',
    ...slotNames('tile', turnCount, ['iterations']),
    'tile.accumulators',
    'tile.spills',
  ],
  write({ geometry, structure, estimate, device }, row, at) {
    const { levels, attachDepth } = geometry;
    row[at++] = log2p1(geometry.iterations);
    row[at++] = levels / 4;
    row[at++] = (levels - attachDepth) / 4;
    row[at++] = attachDepth / 4;
    row[at++] = log2p1(levels > 0 ? (geometry.extent[levels - 1] as number) : 1);
    row[at++] = levels > 0 ? (geometry.reduces[levels - 1] as number) : 0;
    row[at++] = log2p1(structure.loopBranches);
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
