/**
 * How the axes of a leaf's stage move from one lane to the next: lanes are the threads along
 * threadIdx.x on GPUs, the elements of the vectorised loop elsewhere.
 */
import { threadXLoop, vectorLoop } from './annotation-code';
import type { LeafGeometry } from './leaf-geometry';
import type { AccessProfile } from './stage-profile';

/** One record is filled again and again. */
export interface LaneSteps {
  /** Level of the lane loop, -1 without one. */
  level: number;
  /** False while the lane loop belongs to another stage and no reader told how it moves this one. */
  isKnown: boolean;
  /** Elements by which each axis of the stage moves. */
  steps: Float64Array;
}

export function createLaneSteps(): LaneSteps {
  return { level: -1, isKnown: true, steps: new Float64Array(16) };
}

/** Fills `lanes` with what the leaf's own loops tell. */
export function findOwnLanes(lanes: LaneSteps, geometry: LeafGeometry, isGpu: boolean): void {
  const { levels, attachDepth, annotation, stepAxis, stepStride } = geometry;
  const wanted = isGpu ? threadXLoop : vectorLoop;
  const axes = geometry.leaf.axisExtents.length;
  if (lanes.steps.length < axes) lanes.steps = new Float64Array(2 * axes);
  lanes.steps.fill(0, 0, axes);
  let level = levels - 1;
  // The innermost: a copy that binds the threads anew does not move with its consumer's.
  while (level >= 0 && annotation[level] !== wanted) level -= 1;
  lanes.level = level;
  lanes.isKnown = level < 0 || level >= attachDepth;
  if (level < attachDepth) return;
  const axis = stepAxis[level] as number;
  if (axis >= 0) lanes.steps[axis] = stepStride[level] as number;
}

/**
 * Moves a producer's lanes with those of a reader in the same lane loop: each dimension that
 * the reader reads is a spatial axis of the producer's stage.
 */
export function followReader(
  lanes: LaneSteps,
  geometry: LeafGeometry,
  reader: LeafGeometry,
  access: AccessProfile,
  readerLanes: LaneSteps,
): void {
  const axes = reader.leaf.axisExtents.length;
  const { slopes } = access;
  const { spatialCount } = geometry.leaf.stage;
  for (let dimension = 0; dimension < spatialCount; dimension++) {
    let step = 0;
    for (let axis = 0; axis < axes; axis++) {
      step += (slopes[dimension * axes + axis] ?? 0) * (readerLanes.steps[axis] as number);
    }
    lanes.steps[dimension] = step;
  }
  lanes.isKnown = true;
}

/** Elements between the addresses that neighbouring lanes touch; 0 without lanes or where all touch one. */
export function laneStride(
  lanes: LaneSteps,
  geometry: LeafGeometry,
  access: AccessProfile,
): number {
  if (lanes.level < 0) return 0;
  const axes = geometry.leaf.axisExtents.length;
  let stride = 0;
  for (let axis = 0; axis < axes; axis++) {
    stride += (access.axisStrides[axis] as number) * (lanes.steps[axis] as number);
  }
  return Math.abs(stride);
}
