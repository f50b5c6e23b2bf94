/** Program source → what a predictor is given: leaf vectors, positions, estimate. */
import { Code, PredictorError } from '../errors';
import {
  type CompactProgram,
  createProgramReader,
  type ProgramLeaf,
  type ProgramSource,
  type Task,
} from '../program';
import { createDeviceModel } from './device-model';
import { deviceFeatureNames } from './device-vector';
import {
  createFeatureBatchBuffer,
  type FeatureBatch,
  type FeatureFailure,
  type FeatureResult,
  programFeatures,
} from './feature-batch';
import { createFeatureSchema, type FeatureSchema } from './feature-schema';
import { gpuViolation } from './gpu-limits';
import { findOwnLanes } from './lane-steps';
import { createLeafContext, type LeafContext } from './leaf-context';
import { measureLeaf } from './leaf-geometry';
import { addUpKernels, connectLanes } from './leaf-relations';
import { leafFeatureNames, writeLeafFeatures } from './loop-nest-features';
import { analyseLoops } from './loop-structure';
import { scopeCode } from './memory-scope';
import { estimateLeaf, estimateProgram } from './roofline-estimate';
import { createStageProfiler, type StageProfile } from './stage-profile';

export interface FeatureExtractor {
  /**
   * Features of every program, in columns that the next call overwrites. Never throws
   * for what a program may be; a bug of ours still does.
   */
  extractBatch(programs: readonly ProgramSource[]): FeatureBatch;
}

export const loopNestSchema: FeatureSchema = createFeatureSchema(
  leafFeatureNames,
  deviceFeatureNames,
);

/** One program's features, to keep. */
export function extractFeatures(
  extractor: FeatureExtractor,
  program: ProgramSource,
): FeatureResult {
  return programFeatures(extractor.extractBatch([program]), 0);
}

/** For the programs of one task; keeps what they share. Not for use by two threads. */
export function createFeatureExtractor(task: Task): FeatureExtractor {
  const reader = createProgramReader(task);
  const profileOf = createStageProfiler(task);
  const device = createDeviceModel(task);
  const width = loopNestSchema.leaf.length;
  const batch = createFeatureBatchBuffer(width);
  const contexts: LeafContext[] = [];
  const profiles: StageProfile[] = [];
  /** Leaves of the last program: mostly those of the next one. */
  const profiledLeaves: ProgramLeaf[] = [];

  const extract = (source: ProgramSource): void => {
    const program = readProgram(reader, source);
    if ('failure' in program) {
      batch.fail(program);
      return;
    }
    const { leafCount } = program;
    for (let i = 0; i < leafCount; i++) {
      const leaf = program.leaves[i] as ProgramLeaf;
      if (leaf === profiledLeaves[i]) continue;
      profiles[i] = profileOf(leaf.stage, leaf.accesses);
      profiledLeaves[i] = leaf;
    }
    const violation = gpuViolation(program, profiles, task);
    if (violation !== undefined) {
      const code = Code.FailedPrecondition;
      batch.fail({ ok: false, failure: 'cannot-build', code, reason: violation });
      return;
    }
    while (contexts.length < leafCount) contexts.push(createLeafContext(device, contexts));
    let workSeconds = 0;
    let roots = 0;
    for (let i = 0; i < leafCount; i++) {
      const context = contexts[i] as LeafContext;
      measureContext(context, program, i, profiles[i] as StageProfile);
      workSeconds += context.estimate.seconds;
      if (context.geometry.attachDepth === 0) roots += 1;
    }
    connectLanes(contexts, leafCount);
    if (device.isGpu) addUpKernels(contexts, leafCount);
    const row = batch.addProgram(leafCount, estimateProgram(workSeconds, roots, device));
    for (let i = 0; i < leafCount; i++) {
      const context = contexts[i] as LeafContext;
      context.share = workSeconds > 0 ? context.estimate.seconds / workSeconds : 0;
      writeLeafFeatures(context, batch.leaves, (row + i) * width);
      batch.positions[row + i] = program.leafSerial[i] as number;
      batch.depths[row + i] = context.geometry.levels;
    }
  };
  return {
    extractBatch(programs) {
      batch.begin(programs.length);
      for (const program of programs) extract(program);
      return batch;
    },
  };
}

function readProgram(
  reader: ReturnType<typeof createProgramReader>,
  source: ProgramSource,
): CompactProgram | FeatureFailure {
  try {
    return reader.read(source);
  } catch (thrown) {
    const error = PredictorError.from(thrown);
    if (error.code !== Code.InvalidArgument) throw error;
    return { ok: false, failure: 'unreadable', code: error.code, reason: error.rawMessage };
  }
}

function measureContext(
  context: LeafContext,
  program: CompactProgram,
  index: number,
  profile: StageProfile,
): void {
  const { geometry, structure, estimate, device } = context;
  context.program = program;
  context.index = index;
  measureLeaf(geometry, program, index, profile, device.cacheLineBytes);
  analyseLoops(structure, geometry);
  context.scope = scopeCode(geometry.leaf.scope);
  findOwnLanes(context.lanes, geometry, device.isGpu);
  estimateLeaf(estimate, geometry, structure, device);
}
