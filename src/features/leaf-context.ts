/** Everything that is known of a leaf when its vector is written. */
import type { CompactProgram } from '../program';
import type { DeviceModel } from './device-model';
import { createLeafGeometry, type LeafGeometry } from './leaf-geometry';
import { createLoopStructure, type LoopStructure } from './loop-structure';
import { createLeafEstimate, type LeafEstimate } from './roofline-estimate';

/** One record is filled again and again. */
export interface LeafContext {
  program: CompactProgram;
  /** Of the leaf in the program. */
  index: number;
  readonly device: DeviceModel;
  readonly geometry: LeafGeometry;
  readonly structure: LoopStructure;
  readonly estimate: LeafEstimate;
  /** Share of the program's estimate that falls to this leaf. */
  share: number;
}

/** A few features that belong together: names in order, and the code that writes as many numbers. */
export interface FeatureGroup {
  readonly names: readonly string[];
  /** Writes `names.length` numbers from `row[at]` on. */
  write(context: LeafContext, row: Float32Array, at: number): void;
}

export function createLeafContext(device: DeviceModel): LeafContext {
  return {
    program: undefined as unknown as CompactProgram,
    index: 0,
    device,
    geometry: createLeafGeometry(),
    structure: createLoopStructure(),
    estimate: createLeafEstimate(),
    share: 0,
  };
}

/** `prefix.0.name`, `prefix.1.name`, …: the names of equal slots, one slot after the other. */
export function slotNames(
  prefix: string,
  count: number,
  names: readonly string[],
): readonly string[] {
  return Array.from({ length: count }, (_, slot) =>
    names.map((name) => `${prefix}.${slot}.${name}`),
  ).flat();
}
