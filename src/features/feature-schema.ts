/**
 * Names of the features, in order. A schema's id is a hash of its names: weights
 * that were trained under other names are refused when they are loaded.
 */
import { createHash } from 'node:crypto';

export interface FeatureSchema {
  readonly id: string;
  /** Of one leaf. */
  readonly leaf: readonly string[];
  /** Of the device. */
  readonly device: readonly string[];
}

export function createFeatureSchema(
  leaf: readonly string[],
  device: readonly string[],
): FeatureSchema {
  const id = createHash('sha256')
    .update(JSON.stringify([leaf, device]))
    .digest('hex')
    .slice(0, 16);
  return Object.freeze({
    id,
    leaf: Object.freeze(leaf.slice()),
    device: Object.freeze(device.slice()),
  });
}
