/**
 * The feature vector of a leaf, read from loops and accesses without lowering.
 * The README of this room has the table: name, unit, transform, meaning.
 */
import { accessFeatures } from './access-features';
import { launchFeatures } from './launch-features';
import { type FeatureGroup, type LeafContext, magnitudes, plain } from './leaf-context';
import { log2p1 } from './log2p1';
import { loopFeatures } from './loop-features';
import { loopSlotFeatures } from './loop-slot-features';
import { memoryFeatures } from './memory-features';
import { statementFeatures } from './statement-features';

const estimateFeatures: FeatureGroup = {
  features: [...magnitudes('estimate.compute', 'estimate.memory'), ...plain('estimate.share')],
  write({ estimate, share }, row, at) {
    row[at++] = estimate.computeSeconds * 1e9;
    row[at++] = estimate.memorySeconds * 1e9;
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

const features = featureGroups.flatMap((group) => group.features);
const magnitudeColumns = Int32Array.from(
  features.flatMap(({ isMagnitude }, column) => (isMagnitude ? [column] : [])),
);

export const leafFeatureNames: readonly string[] = features.map(({ name }) => name);

/** Those whose transform is log2(1 + x). */
export const magnitudeNames: readonly string[] = features
  .filter(({ isMagnitude }) => isMagnitude)
  .map(({ name }) => name);

const row = new Float64Array(features.length);

/** Writes `leafFeatureNames.length` numbers from `leaves[at]` on. */
export function writeLeafFeatures(context: LeafContext, leaves: Float32Array, at: number): void {
  let column = 0;
  for (const group of featureGroups) {
    group.write(context, row, column);
    column += group.features.length;
  }
  // In one place, so that the compiler makes one loop of it and no call for each.
  for (let i = 0; i < magnitudeColumns.length; i++) {
    const magnitude = magnitudeColumns[i] as number;
    row[magnitude] = log2p1(row[magnitude] as number);
  }
  for (let i = 0; i < row.length; i++) leaves[at + i] = row[i] as number;
}
