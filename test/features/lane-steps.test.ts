import {
  createLaneSteps,
  findOwnLanes,
  followReader,
  laneStride,
} from '../../src/features/lane-steps';
import { createLeafGeometry, type LeafGeometry } from '../../src/features/leaf-geometry';
import type { AccessProfile } from '../../src/features/stage-profile';
import { annotations, type ProgramLeaf } from '../../src/program';

const threadX = annotations.indexOf('threadIdx.x');

/** Two axes under one thread loop, which moves axis 1 by 4 if it is the leaf's own. */
function underThreads(attachDepth: number): LeafGeometry {
  const geometry = createLeafGeometry();
  geometry.leaf = { axisExtents: [8, 8], stage: { spatialCount: 2 } } as unknown as ProgramLeaf;
  geometry.levels = 1;
  geometry.attachDepth = attachDepth;
  geometry.annotation[0] = threadX;
  geometry.stepAxis[0] = attachDepth === 0 ? 1 : -1;
  geometry.stepStride[0] = 4;
  return geometry;
}

/** Reads [2 * axis 1, axis 0] of a tensor of 10 columns. */
const transposed = {
  slopes: Float64Array.of(0, 2, 1, 0),
  axisStrides: Float64Array.of(1, 2 * 10),
} as unknown as AccessProfile;

describe('lane steps', () => {
  it('follow the own loop of the leaf', () => {
    const lanes = createLaneSteps();
    findOwnLanes(lanes, underThreads(0), true);
    expect([lanes.isKnown, lanes.level]).toEqual([true, 0]);
    expect(laneStride(lanes, underThreads(0), transposed)).toBe(4 * 2 * 10);
  });

  it('are unknown under a loop of another stage until its reader tells', () => {
    const [lanes, readerLanes] = [createLaneSteps(), createLaneSteps()];
    const [producer, reader] = [underThreads(1), underThreads(0)];
    findOwnLanes(lanes, producer, true);
    findOwnLanes(readerLanes, reader, true);
    expect(lanes.isKnown).toBe(false);
    followReader(lanes, producer, reader, transposed, readerLanes);
    // The reader moves its axis 1 by 4, and with it the first dimension that it reads by 8.
    expect([lanes.isKnown, lanes.steps[0], lanes.steps[1]]).toEqual([true, 2 * 4, 0]);
  });

  it('are still where no loop is a lane', () => {
    const lanes = createLaneSteps();
    findOwnLanes(lanes, underThreads(0), false);
    expect([lanes.isKnown, lanes.level]).toEqual([true, -1]);
    expect(laneStride(lanes, underThreads(0), transposed)).toBe(0);
  });
});
