/** Program source → what a predictor is given: leaf vectors, positions, estimate. */
import { Code, PredictorError } from '../errors';
import type { PredictionFailure } from '../predictor';
import {
  type CompactProgram,
  createProgramReader,
  type ProgramSource,
  type StageComputation,
  type Task,
} from '../program';
import { createDeviceModel, type DeviceModel } from './device-model';
import { deviceFeatureNames } from './device-vector';
import { createFeatureSchema, type FeatureSchema } from './feature-schema';
import { gpuViolation } from './gpu-limits';
import { type LeafGeometry, measureLeaf } from './leaf-geometry';
import { type LeafContext, writeLeafFeatures } from './loop-nest-features';
import { analyseLoops, type LoopStructure } from './loop-structure';
import { estimateLeaf, estimateProgram, type LeafEstimate } from './roofline-estimate';
import { createStageProfiler, type StageProfile } from './stage-profile';

export interface ProgramFeatures {
  readonly leafCount: number;
  /** leafCount × schema.leaf.length, row-major; magnitudes as log2(1 + x), not standardised. */
  readonly leaves: Float32Array;
  /** leafCount: pre-order number of each leaf among the loops and leaves of the printed nest. */
  readonly positions: Int32Array;
  /** leafCount: loops around each leaf. */
  readonly depths: Int32Array;
  /** Analytical latency of the program, seconds, positive. */
  readonly estimateSeconds: number;
}

export type FeatureResult =
  | { readonly ok: true; readonly features: ProgramFeatures }
  | {
      readonly ok: false;
      readonly failure: PredictionFailure;
      readonly code: Code;
      readonly reason: string;
    };

export interface FeatureExtractor {
  /** Never throws for what a program may be; a bug of ours still does. */
  extract(program: ProgramSource): FeatureResult;
}

export const loopNestSchema: FeatureSchema = createFeatureSchema(
  leafFeatureNames(),
  deviceFeatureNames,
);

/** For the programs of one task; keeps what they share. Not for use by two threads. */
export function createFeatureExtractor(task: Task): FeatureExtractor {
  const reader = createProgramReader(task);
  const profileOf = createStageProfiler(task);
  const device = createDeviceModel(task);
  return {
    extract(source) {
      let program: CompactProgram;
      try {
        program = reader.read(source);
      } catch (thrown) {
        const error = PredictorError.from(thrown);
        if (error.code !== Code.InvalidArgument) throw error;
        return { ok: false, failure: 'unreadable', code: error.code, reason: error.rawMessage };
      }
      const contexts = contextsOf(program, profileOf, device);
      const violation = gpuViolation(contexts, task);
      if (violation !== undefined) {
        return {
          ok: false,
          failure: 'cannot-build',
          code: Code.FailedPrecondition,
          reason: violation,
        };
      }
      return { ok: true, features: vectorise(program, contexts, device) };
    },
  };
}

function contextsOf(
  program: CompactProgram,
  profileOf: ReturnType<typeof createStageProfiler>,
  device: DeviceModel,
): readonly LeafContext[] {
  const drafts = program.leaves.map((leaf) => {
    const profile = profileOf(leaf.stage, leaf.accesses);
    const geometry = measureLeaf(program, leaf, profile, device.cacheLineBytes);
    const structure = analyseLoops(geometry);
    return { geometry, structure, estimate: estimateLeaf(geometry, structure, device), device };
  });
  const total = drafts.reduce((sum, draft) => sum + draft.estimate.seconds, 0);
  return drafts.map((draft) => ({
    ...draft,
    share: total > 0 ? draft.estimate.seconds / total : 0,
  }));
}

function vectorise(
  program: CompactProgram,
  contexts: readonly LeafContext[],
  device: DeviceModel,
): ProgramFeatures {
  const width = loopNestSchema.leaf.length;
  const leaves = new Float32Array(contexts.length * width);
  let at = 0;
  const write = (_group: string, _name: string, value: number): void => {
    leaves[at++] = value;
  };
  for (const context of contexts) writeLeafFeatures(context, write);
  const roots = program.leaves.filter((leaf) => leaf.attachDepth === 0).length;
  return {
    leafCount: contexts.length,
    leaves,
    positions: Int32Array.from(program.leaves, (leaf) => leaf.serial),
    depths: Int32Array.from(program.leaves, (leaf) => leaf.path.length),
    estimateSeconds: estimateProgram(
      contexts.map((context) => context.estimate),
      roots,
      device,
    ),
  };
}

/** The names that `writeLeafFeatures` writes, found by writing a leaf that does nothing. */
function leafFeatureNames(): readonly string[] {
  const names: string[] = [];
  writeLeafFeatures(emptyLeaf(), (group, name) => names.push(`${group}.${name}`));
  return names;
}

function emptyLeaf(): LeafContext {
  const stage: StageComputation = {
    name: '',
    kind: 'compute',
    axisNames: [],
    spatialCount: 0,
    outputShape: [],
    bodies: [],
    outputs: [],
    origins: [],
  };
  const ops: StageProfile['ops'] = {
    floatMultiplyAdd: 0,
    floatAdd: 0,
    floatMultiply: 0,
    floatDivide: 0,
    floatCompare: 0,
    mathFunction: 0,
    integer: 0,
    logic: 0,
    select: 0,
    cast: 0,
  };
  const one = Float64Array.of(1);
  const geometry: LeafGeometry = {
    leaf: {
      stage,
      accesses: [],
      scope: 'global',
      axisExtents: [],
      serial: 0,
      path: [],
      attachDepth: 0,
      spans: one,
      autoUnrollMaxStep: 0,
    },
    profile: {
      accesses: [],
      ops,
      floatOps: 0,
      elementBytes: 4,
      isFloat: true,
      isReduction: false,
      isCopy: true,
      isPredicated: false,
    },
    loops: [],
    iterations: 1,
    iterationsInside: one,
    footprints: [],
    workingSetBytes: one,
    reduces: [],
  };
  const structure: LoopStructure = analyseLoops(geometry);
  const estimate: LeafEstimate = {
    computeSeconds: 0,
    memorySeconds: 0,
    seconds: 0,
    accumulators: 1,
  };
  const device: DeviceModel = {
    isGpu: false,
    cores: 1,
    clockHertz: 1e9,
    peakFlops: 1e9,
    simdBytes: 16,
    vectorRegisters: 16,
    cacheLineBytes: 64,
    l1CacheBytes: 1,
    l2CacheBytes: 1,
    l3CacheBytes: 1,
    memoryBandwidthBytesPerSecond: 1e9,
    launchOverheadSeconds: 0,
    warpSize: 1,
  };
  return { geometry, structure, estimate, share: 0, device };
}
