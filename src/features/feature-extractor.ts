/** Program source → what a predictor is given: leaf vectors, positions, estimate. */
import { Code, PredictorError } from '../errors';
import type { PredictionFailure } from '../predictor';
import {
  type CompactProgram,
  createProgramReader,
  type ProgramSource,
  type Task,
} from '../program';
import { createDeviceModel, type DeviceModel } from './device-model';
import { deviceFeatureNames } from './device-vector';
import { createFeatureSchema, type FeatureSchema } from './feature-schema';
import { gpuViolation } from './gpu-limits';
import { leafFeatureNames } from './leaf-feature-names';
import { measureLeaf } from './leaf-geometry';
import { type LeafContext, writeLeafFeatures } from './loop-nest-features';
import { analyseLoops } from './loop-structure';
import { estimateLeaf, estimateProgram } from './roofline-estimate';
import { createStageProfiler } from './stage-profile';

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
