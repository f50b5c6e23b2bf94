/** Everything that is known of a leaf when its vector is written. */
import type { CompactProgram } from '../program';
import type { DeviceModel } from './device-model';
import { createKernelUse, type KernelUse } from './kernel-use';
import { createLaneSteps, type LaneSteps } from './lane-steps';
import { createLeafGeometry, type LeafGeometry } from './leaf-geometry';
import { createLoopStructure, type LoopStructure } from './loop-structure';
import type { ScopeCode } from './memory-scope';
import { createLeafEstimate, type LeafEstimate } from './roofline-estimate';

/** One record is filled again and again. */
export interface LeafContext {
  program: CompactProgram;
  /** Of the leaf in the program. */
  index: number;
  /** Those of all leaves of the program, in pre-order; the list may be longer. */
  readonly leaves: readonly LeafContext[];
  readonly device: DeviceModel;
  readonly geometry: LeafGeometry;
  readonly structure: LoopStructure;
  readonly estimate: LeafEstimate;
  readonly lanes: LaneSteps;
  /** Where the leaf's result lies. */
  scope: ScopeCode;
  /** Of the kernel that the leaf belongs to: the record of its first leaf. */
  kernel: KernelUse;
  readonly ownKernel: KernelUse;
  /** Share of the program's estimate that falls to this leaf. */
  share: number;
}

export interface Feature {
  readonly name: string;
  /** The vector holds log2(1 + x) of what is written. */
  readonly isMagnitude: boolean;
}

/** A few features that belong together, in order, and the code that writes their values. */
export interface FeatureGroup {
  readonly features: readonly Feature[];
  /** Writes a number for each feature from `row[at]` on, magnitudes as they are. */
  write(context: LeafContext, row: Float64Array, at: number): void;
}

export function magnitudes(...names: readonly string[]): readonly Feature[] {
  return names.map((name) => ({ name, isMagnitude: true }));
}

/** Flags, fractions and small counts. */
export function plain(...names: readonly string[]): readonly Feature[] {
  return names.map((name) => ({ name, isMagnitude: false }));
}

/** `prefix.0.name`, `prefix.1.name`, …: the features of equal slots, one slot after the other. */
export function slots(
  prefix: string,
  count: number,
  features: readonly Feature[],
): readonly Feature[] {
  return Array.from({ length: count }, (_, slot) =>
    features.map(({ name, isMagnitude }) => ({ name: `${prefix}.${slot}.${name}`, isMagnitude })),
  ).flat();
}

/** `leaves`: the list that the record will be part of. */
export function createLeafContext(
  device: DeviceModel,
  leaves: readonly LeafContext[],
): LeafContext {
  const ownKernel = createKernelUse();
  return {
    program: undefined as unknown as CompactProgram,
    index: 0,
    leaves,
    device,
    geometry: createLeafGeometry(),
    structure: createLoopStructure(),
    estimate: createLeafEstimate(),
    lanes: createLaneSteps(),
    scope: 0,
    kernel: ownKernel,
    ownKernel,
    share: 0,
  };
}
