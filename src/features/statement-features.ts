/** What a leaf computes: operations by kind, the kind of statement, what it writes. */
import { accessSlots } from './access-features';
import { type FeatureGroup, magnitudes, plain } from './leaf-context';
import { allocationBytes } from './leaf-geometry';
import { localScope, sharedScope } from './memory-scope';
import { opKinds } from './op-count';

export const statementFeatures: FeatureGroup = {
  features: [
    ...magnitudes('ops.float_total', ...opKinds.map((kind) => `ops.${kind}`)),
    ...plain(
      'leaf.is_reduction',
      'leaf.is_copy',
      'leaf.is_predicated',
      'leaf.is_gather',
      'leaf.is_opaque',
      'leaf.is_shared',
      'leaf.is_local',
      'leaf.is_root',
      'leaf.is_float',
      'leaf.element_bytes',
    ),
    ...magnitudes('leaf.allocation_bytes'),
    ...plain('leaf.accesses', 'leaf.accesses_beyond_slots'),
  ],
  write({ geometry, scope }, row, at) {
    const { profile } = geometry;
    row[at++] = profile.floatOps * geometry.iterations;
    for (let kind = 0; kind < opKinds.length; kind++) {
      row[at++] = profile.opCounts[kind] as number;
    }
    row[at++] = Number(profile.isReduction);
    row[at++] = Number(profile.isCopy);
    row[at++] = Number(profile.isPredicated);
    row[at++] = Number(profile.isGather);
    row[at++] = Number(profile.isOpaque);
    row[at++] = Number(scope === sharedScope);
    row[at++] = Number(scope === localScope);
    row[at++] = Number(geometry.attachDepth === 0);
    row[at++] = Number(profile.isFloat);
    row[at++] = profile.elementBytes / 4;
    row[at++] = allocationBytes(geometry);
    row[at++] = profile.accesses.length / 4;
    row[at++] = Math.max(0, profile.accesses.length - accessSlots) / 4;
  },
};
