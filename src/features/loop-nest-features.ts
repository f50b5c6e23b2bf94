/**
 * The feature vector of a leaf, read from loops and accesses without lowering.
 * The README of this room has the table: name, unit, transform, meaning.
 */
import { accessFeatures } from './access-features';
import { launchFeatures } from './launch-features';
import type { FeatureGroup, LeafContext } from './leaf-context';
import { log2p1 } from './log2p1';
import { loopFeatures } from './loop-features';
import { loopSlotFeatures } from './loop-slot-features';
import { memoryFeatures } from './memory-features';
import { statementFeatures } from './statement-features';

const estimateFeatures: FeatureGroup = {
  names: ['estimate.compute', 'estimate.memory', 'estimate.share'],
  write({ estimate, share }, row, at) {
    row[at++] = log2p1(estimate.computeSeconds * 1e9);
    row[at++] = log2p1(estimate.memorySeconds * 1e9);
    row[at++] = share;
  },
};

/** In the order of the vector. */
export const featureGroups: readonly FeatureGroup[] = [
  loopFeatures,
  loopSlotFeatures,
  statementFeatures,
  launchFeatures,
  memoryFeatures,
  accessFeatures,
  estimateFeatures,
];

export const leafFeatureNames: readonly string[] = featureGroups.flatMap((group) => group.names);

/** Writes `leafFeatureNames.length` numbers from `row[at]` on. */
export function writeLeafFeatures(context: LeafContext, row: Float32Array, at: number): void {
  for (const group of featureGroups) {
    group.write(context, row, at);
    at += group.names.length;
  }
}
