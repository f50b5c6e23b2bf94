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

/** A few features that belong together: names in order, and the code that writes as many numbers. */
export interface FeatureGroup {
  readonly names: readonly string[];
  /** Writes `names.length` numbers from `row[at]` on. */
  write(context: LeafContext, row: Float32Array, at: number): void;
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
