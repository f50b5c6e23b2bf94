/** The tensors that a leaf touches, those with most cache lines first. */
import { type FeatureGroup, type LeafContext, slotNames } from './leaf-context';
import { type LeafGeometry, loopStride } from './leaf-geometry';
import { log2p1 } from './log2p1';
import type { AccessProfile } from './stage-profile';

const accessSlots = 4;

const names = [
  'is_write',
  'is_gather',
  'unique_bytes',
  'unique_lines',
  'reuse',
  'innermost_stride',
  'innermost_still',
  'vector_stride',
  'tile_bytes',
  'tile_run',
  'block_bytes',
  'block_run',
  'reuse_distance_bytes',
];

/** Accesses in the order of the slots; filled for the leaf at hand. */
const order = new Int32Array(accessSlots);

export const accessFeatures: FeatureGroup = {
  names: slotNames('access', accessSlots, names),
  write(context, row, at) {
    const filled = chooseAccesses(context.geometry);
    for (let slot = 0; slot < filled; slot++) {
      writeAccess(context, order[slot] as number, row, at);
      at += names.length;
    }
    row.fill(0, at, at + (accessSlots - filled) * names.length);
  },
};

/** Fills `order`, largest traffic first, equal ones in the order of the accesses; returns how many. */
function chooseAccesses(geometry: LeafGeometry): number {
  const { lines, levels } = geometry;
  const count = geometry.profile.accesses.length;
  let filled = 0;
  for (let access = 0; access < count; access++) {
    const traffic = lines[access * (levels + 1)] as number;
    let slot = filled;
    while (slot > 0 && (lines[(order[slot - 1] as number) * (levels + 1)] as number) < traffic) {
      if (slot < accessSlots) order[slot] = order[slot - 1] as number;
      slot -= 1;
    }
    if (slot < accessSlots) order[slot] = access;
    if (filled < accessSlots) filled += 1;
  }
  return filled;
}

function writeAccess(context: LeafContext, access: number, row: Float32Array, at: number): void {
  const { geometry, structure } = context;
  const { levels, attachDepth, elements, runs, lines } = geometry;
  const profile = geometry.profile.accesses[access] as AccessProfile;
  const { elementBytes } = profile;
  const first = access * (levels + 1);
  const whole = elements[first] as number;
  const innermost = levels === 0 ? 0 : loopStride(geometry, levels - 1, profile);
  const { vectorLevel, registerTileLevel } = structure;
  row[at++] = Number(profile.access.isWrite);
  row[at++] = Number(!profile.isAffine);
  row[at++] = log2p1(whole * elementBytes);
  row[at++] = log2p1(lines[first] as number);
  row[at++] = log2p1(geometry.iterations / Math.max(1, whole));
  row[at++] = log2p1(innermost);
  row[at++] = Number(innermost === 0);
  row[at++] = log2p1(vectorLevel < 0 ? 0 : loopStride(geometry, vectorLevel, profile));
  row[at++] = log2p1((elements[first + registerTileLevel] as number) * elementBytes);
  row[at++] = log2p1(runs[first + registerTileLevel] as number);
  row[at++] = log2p1((elements[first + attachDepth] as number) * elementBytes);
  row[at++] = log2p1(runs[first + attachDepth] as number);
  row[at++] = log2p1(reuseDistanceBytes(geometry, first));
}

/** Working set of the innermost loop that comes back to the same elements; 0 where none does. */
function reuseDistanceBytes(geometry: LeafGeometry, first: number): number {
  const { elements, workingSetBytes } = geometry;
  for (let level = geometry.levels - 1; level >= 0; level--) {
    if (elements[first + level] === elements[first + level + 1]) {
      return workingSetBytes[level + 1] as number;
    }
  }
  return 0;
}
