/** The tensors that a leaf touches, those with most cache lines first. */
import { laneStride } from './lane-steps';
import { type FeatureGroup, type LeafContext, magnitudes, plain, slots } from './leaf-context';
import { type LeafGeometry, loopStride } from './leaf-geometry';
import { bytesBetween, producerOf } from './leaf-relations';
import { turnCount } from './loop-structure';
import { globalScope } from './memory-scope';
import type { AccessProfile } from './stage-profile';

/** Accesses that have a slot; `leaf.accesses_beyond_slots` counts those that have none. */
export const accessSlots = 4;

/** Turns of the loops at whose outer ends bytes and lines are told; the last ends where `block_*` does. */
const turnSlots = turnCount - 1;

const features = [
  ...plain('is_write', 'is_gather', 'scope', 'element_bytes'),
  ...magnitudes(
    'unique_bytes',
    'unique_lines',
    'total_bytes',
    'reuse',
    'innermost_stride',
    'lane_stride',
  ),
  ...slots('tile', turnSlots, magnitudes('bytes', 'lines')),
  ...magnitudes(
    'tile_run',
    'block_bytes',
    'block_lines',
    'block_run',
    'reuse_extent',
    'reuse_distance_iterations',
    'reuse_distance_bytes',
    'producer_distance',
    'producer_bytes',
  ),
];

/** Accesses in the order of the slots; filled for the leaf at hand. */
const order = new Int32Array(accessSlots);

export const accessFeatures: FeatureGroup = {
  features: slots('access', accessSlots, features),
  write(context, row, at) {
    const filled = chooseAccesses(context.geometry);
    for (let slot = 0; slot < filled; slot++) {
      writeAccess(context, order[slot] as number, row, at);
      at += features.length;
    }
    row.fill(0, at, at + (accessSlots - filled) * features.length);
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

function writeAccess(context: LeafContext, access: number, row: Float64Array, at: number): void {
  const { geometry, structure } = context;
  const { levels, attachDepth, elements, runs, lines, iterations } = geometry;
  const { turnLevels } = structure;
  const profile = geometry.profile.accesses[access] as AccessProfile;
  const { elementBytes } = profile;
  const { isWrite, multiplicity } = profile.access;
  const first = access * (levels + 1);
  const whole = elements[first] as number;
  const producer = isWrite ? undefined : producerOf(context, access);
  const scope = isWrite ? context.scope : (producer?.scope ?? globalScope);
  row[at++] = Number(isWrite);
  row[at++] = Number(!profile.isAffine);
  row[at++] = scope / 2;
  row[at++] = elementBytes / 4;
  row[at++] = whole * elementBytes;
  row[at++] = lines[first] as number;
  row[at++] = iterations * multiplicity * elementBytes;
  row[at++] = iterations / Math.max(1, whole);
  row[at++] = levels === 0 ? 0 : loopStride(geometry, levels - 1, profile);
  row[at++] = laneStride(context.lanes, geometry, profile);
  for (let turn = 0; turn < turnSlots; turn++) {
    const level = turnLevels[turn] as number;
    row[at++] = (elements[first + level] as number) * elementBytes;
    row[at++] = lines[first + level] as number;
  }
  row[at++] = runs[first + (turnLevels[0] as number)] as number;
  row[at++] = (elements[first + attachDepth] as number) * elementBytes;
  row[at++] = lines[first + attachDepth] as number;
  row[at++] = runs[first + attachDepth] as number;
  at = writeReuse(geometry, first, row, at);
  if (producer === undefined) {
    row[at] = 0;
    row[at + 1] = 0;
    return;
  }
  const { program, index } = context;
  const distance =
    (program.leafSerial[index] as number) - (program.leafSerial[producer.index] as number);
  row[at++] = distance;
  row[at++] = bytesBetween(context, producer.index);
}

/** The innermost loop that comes back to the same elements: its extent, and what runs inside it; zeros where none does. */
function writeReuse(geometry: LeafGeometry, first: number, row: Float64Array, at: number): number {
  const { elements, extent, workingSetBytes, iterationsInside } = geometry;
  let level = geometry.levels - 1;
  while (
    level >= 0 &&
    (extent[level] === 1 || elements[first + level] !== elements[first + level + 1])
  ) {
    level -= 1;
  }
  row[at++] = level < 0 ? 0 : (extent[level] as number);
  row[at++] = level < 0 ? 0 : (iterationsInside[level + 1] as number);
  row[at++] = level < 0 ? 0 : (workingSetBytes[level + 1] as number);
  return at;
}
