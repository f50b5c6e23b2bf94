/** What a leaf computes: operations by kind, the kind of statement, what it writes. */
import type { FeatureGroup } from './leaf-context';
import { log2p1 } from './log2p1';
import { opKinds } from './op-count';

export const statementFeatures: FeatureGroup = {
  names: [
    'ops.float_total',
    ...opKinds.map((kind) => `ops.${kind}`),
    'leaf.is_reduction',
    'leaf.is_copy',
    'leaf.is_predicated',
    'leaf.is_shared',
    'leaf.is_local',
    'leaf.is_root',
    'leaf.is_float',
    'leaf.element_bytes',
    'leaf.allocation_bytes',
  ],
  write({ geometry }, row, at) {
    const { leaf, profile, attachDepth } = geometry;
    row[at++] = log2p1(profile.floatOps * geometry.iterations);
    for (let kind = 0; kind < opKinds.length; kind++) {
      row[at++] = profile.logOps[kind] as number;
    }
    row[at++] = Number(profile.isReduction);
    row[at++] = Number(profile.isCopy);
    row[at++] = Number(profile.isPredicated);
    row[at++] = Number(leaf.scope === 'shared');
    row[at++] = Number(leaf.scope === 'local');
    row[at++] = Number(attachDepth === 0);
    row[at++] = Number(profile.isFloat);
    row[at++] = profile.elementBytes / 4;
    // The first access is the write.
    const written = profile.accesses.length > 0 ? (geometry.elements[attachDepth] as number) : 0;
    row[at++] = log2p1(written * profile.elementBytes);
  },
};
