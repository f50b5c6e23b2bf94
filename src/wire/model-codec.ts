import { Code, invalidArgument, PredictorError } from '../errors';
import type { ModelArtifact, PredictorDescription } from '../predictor';
import { createEnumCodec } from './enum-codec';
import type { FeatureSet } from './gen/cdmpp/v1/FeatureSet';
import type {
  ModelArtifactInput,
  ModelArtifact as ModelArtifactMessage,
} from './gen/cdmpp/v1/ModelArtifact';
import type { ModelInfoInput, ModelInfo as ModelInfoMessage } from './gen/cdmpp/v1/ModelInfo';
import type { ModelRefInput, ModelRef as ModelRefMessage } from './gen/cdmpp/v1/ModelRef';
import type { TrainingPhase } from './gen/cdmpp/v1/TrainingPhase';
import { decodeCount, encodeInt64 } from './int64';
import { assertTextBytes, MAX_NAME_BYTES } from './limits';

/**
 * A version of a named model. In a request an empty name is the model of the task asked about,
 * version 0 the newest unless it is pinned.
 */
export interface ModelRef {
  readonly name: string;
  readonly version: number;
  /** True: the version is meant as it stands, 0 too. Default false. */
  readonly pinned?: boolean;
}

/** What a server says of one version and of its trainer. Times in seconds. */
export interface ModelInfo {
  readonly model: ModelRef;
  readonly description: PredictorDescription;
  readonly createdSeconds: number;
  readonly training: {
    readonly phase: 'idle' | 'running' | 'frozen';
    readonly targetSequence: number;
    readonly lastFailure: string;
  };
  readonly totalTrainingSeconds: number;
}

export type FeatureSetName = PredictorDescription['featureSet'];

export const FEATURE_SETS = createEnumCodec<FeatureSet, FeatureSetName>({
  FEATURE_SET_LOOP_NEST: 'loop-nest',
  FEATURE_SET_LOWERED: 'lowered',
});

const TRAINING_PHASES = createEnumCodec<TrainingPhase, ModelInfo['training']['phase']>({
  TRAINING_PHASE_IDLE: 'idle',
  TRAINING_PHASE_RUNNING: 'running',
  TRAINING_PHASE_FROZEN: 'frozen',
});

/** An absent reference is the newest version of the task's model. */
export function decodeModelRef(message: ModelRefMessage | null): ModelRef {
  if (message === null) return { name: '', version: 0 };
  assertTextBytes('model.name', message.name, MAX_NAME_BYTES);
  const version = decodeCount('model.version', message.version);
  return { name: message.name, version, ...(message.pinned && { pinned: true }) };
}

export function encodeModelRef(model: ModelRef): ModelRefInput {
  const version = encodeInt64('model.version', model.version);
  return { name: model.name, version, pinned: model.pinned === true };
}

export function encodeModelInfo(info: ModelInfo): ModelInfoInput {
  const { description, training } = info;
  return {
    model: encodeModelRef(info.model),
    predictor: description.predictor,
    featureSet: FEATURE_SETS.encode(description.featureSet),
    trainedOn: encodeInt64('trained_on', description.trainedOn),
    trainedThroughSequence: encodeInt64(
      'trained_through_sequence',
      description.trainedThroughSequence,
    ),
    parameterCount: encodeInt64('parameter_count', description.parameterCount),
    weightsSha256: description.weightsSha256,
    createdSeconds: info.createdSeconds,
    trainingSeconds: description.trainingSeconds,
    training: {
      phase: TRAINING_PHASES.encode(training.phase),
      targetSequence: encodeInt64('training.target_sequence', training.targetSequence),
      lastFailure: training.lastFailure,
    },
    totalTrainingSeconds: info.totalTrainingSeconds,
  };
}

/** INVALID_ARGUMENT where the answer is not one that this version of the contract allows. */
export function decodeModelInfo(message: ModelInfoMessage): ModelInfo {
  if (message.training === null) throw invalidArgument('training is absent; it is required');
  return {
    model: decodeModelRef(message.model),
    description: {
      predictor: message.predictor,
      featureSet: FEATURE_SETS.decode('feature_set', message.featureSet),
      trainedOn: decodeCount('trained_on', message.trainedOn),
      trainedThroughSequence: decodeCount(
        'trained_through_sequence',
        message.trainedThroughSequence,
      ),
      parameterCount: decodeCount('parameter_count', message.parameterCount),
      trainingSeconds: message.trainingSeconds,
      weightsSha256: message.weightsSha256,
    },
    createdSeconds: message.createdSeconds,
    training: {
      phase: TRAINING_PHASES.decode('training.phase', message.training.phase),
      targetSequence: decodeCount('training.target_sequence', message.training.targetSequence),
      lastFailure: message.training.lastFailure,
    },
    totalTrainingSeconds: message.totalTrainingSeconds,
  };
}

/** INVALID_ARGUMENT where there is no card; whether card and weights fit is the predictor's to check. */
export function decodeModelArtifact(message: ModelArtifactMessage | null): ModelArtifact {
  if (message === null) throw invalidArgument('artifact is absent; it is required');
  if (message.card === '') throw invalidArgument('artifact.card is empty; it is required');
  return { card: message.card, weights: message.weights };
}

/** RESOURCE_EXHAUSTED where the artifact would not fit a message of `maxBytes`. */
export function encodeModelArtifact(artifact: ModelArtifact, maxBytes: number): ModelArtifactInput {
  // 64 bytes hold tags and lengths of the message around the two fields.
  const bytes = Buffer.byteLength(artifact.card, 'utf8') + artifact.weights.byteLength + 64;
  if (bytes > maxBytes) {
    throw new PredictorError(
      Code.ResourceExhausted,
      `artifact has ${bytes} bytes; at most ${maxBytes} are allowed in a message`,
    );
  }
  return { card: artifact.card, weights: artifact.weights };
}
