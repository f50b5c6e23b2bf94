import { Code, internalError, invalidArgument, PredictorError } from '../errors';
import type { Prediction, PredictionFailure } from '../predictor';
import type { ProgramSource } from '../program';
import { createEnumCodec } from './enum-codec';
import type { PredictionInput, Prediction as PredictionMessage } from './gen/cdmpp/v1/Prediction';
import type { PredictionStatus } from './gen/cdmpp/v1/PredictionStatus';
import type {
  PredictRequestInput,
  PredictRequest as PredictRequestMessage,
} from './gen/cdmpp/v1/PredictRequest';
import type {
  PredictResponseInput,
  PredictResponse as PredictResponseMessage,
} from './gen/cdmpp/v1/PredictResponse';
import type { Program as ProgramMessage } from './gen/cdmpp/v1/Program';
import { decodeCount, encodeInt64 } from './int64';
import { assertItemCount, assertTextBytes, MAX_NAME_BYTES } from './limits';
import {
  decodeModelRef,
  encodeModelRef,
  FEATURE_SETS,
  type FeatureSetName,
  type ModelRef,
} from './model-codec';
import { decodeProgram, encodeProgram } from './program-codec';
import { decodeTaskRef, encodeTaskRef, type TaskRef } from './task-ref-codec';

/** What a call, or the first chunk of a stream, says beside its programs. */
export interface PredictScope {
  readonly task: TaskRef;
  readonly model: ModelRef;
  readonly featureSet: FeatureSetName | undefined;
  readonly tunerId: string;
}

/** Programs in order; those that cannot be programs at all are refused alone, in place. */
export interface DecodedPrograms {
  readonly programs: readonly ProgramSource[];
  /** Puts the refused ones back among the answers for `programs`. */
  restore(predictions: readonly Prediction[]): readonly Prediction[];
}

export interface PredictAnswer {
  readonly predictions: readonly Prediction[];
  /** How many of them were not computed for this call. */
  readonly cached: number;
  readonly model: ModelRef;
  readonly trainedOn: number;
}

const STATUSES = createEnumCodec<PredictionStatus, PredictionFailure | 'ok'>({
  PREDICTION_STATUS_OK: 'ok',
  PREDICTION_STATUS_UNREADABLE: 'unreadable',
  PREDICTION_STATUS_CANNOT_BUILD: 'cannot-build',
});

export function decodePredictScope(message: PredictRequestMessage): PredictScope {
  assertTextBytes('tuner_id', message.tunerId, MAX_NAME_BYTES);
  return {
    task: decodeTaskRef(message),
    model: decodeModelRef(message.model),
    featureSet:
      message.featureSet === 'FEATURE_SET_UNSPECIFIED'
        ? undefined
        : FEATURE_SETS.decode('feature_set', message.featureSet),
    tunerId: message.tunerId,
  };
}

/** INVALID_ARGUMENT where a later chunk of a stream says again what the first has said. */
export function assertNoPredictScope(chunkIndex: number, message: PredictRequestMessage): void {
  const repeated =
    (message.taskId !== '' && 'task_id') ||
    (message.task !== null && 'task') ||
    (message.model !== null && 'model') ||
    (message.featureSet !== 'FEATURE_SET_UNSPECIFIED' && 'feature_set') ||
    (message.tunerId !== '' && 'tuner_id');
  if (repeated !== false) {
    throw invalidArgument(`chunk ${chunkIndex} sets ${repeated}; only chunk 0 of a stream may`);
  }
}

export function decodePrograms(messages: readonly ProgramMessage[]): DecodedPrograms {
  assertItemCount('programs', messages.length);
  const programs: ProgramSource[] = [];
  const refusals = new Map<number, Prediction>();
  messages.forEach((message, index) => {
    try {
      programs.push(decodeProgram(`programs[${index}]`, message));
    } catch (thrown) {
      const { code, rawMessage } = PredictorError.from(thrown);
      refusals.set(index, { ok: false, failure: 'unreadable', code, reason: rawMessage });
    }
  });
  const restore = (predictions: readonly Prediction[]): readonly Prediction[] => {
    if (predictions.length !== programs.length) {
      throw internalError(`${predictions.length} predictions for ${programs.length} programs`);
    }
    if (refusals.size === 0) return predictions;
    const answered = predictions.values();
    return messages.map((_, index) => refusals.get(index) ?? (answered.next().value as Prediction));
  };
  return { programs, restore };
}

export function encodePredictRequest(
  scope: PredictScope,
  programs: readonly ProgramSource[],
): PredictRequestInput {
  return {
    ...encodeTaskRef(scope.task),
    programs: programs.map(encodeProgram),
    model: encodeModelRef(scope.model),
    featureSet:
      scope.featureSet === undefined
        ? 'FEATURE_SET_UNSPECIFIED'
        : FEATURE_SETS.encode(scope.featureSet),
    tunerId: scope.tunerId,
  };
}

export function encodePredictResponse(answer: PredictAnswer): PredictResponseInput {
  return {
    predictions: answer.predictions.map(encodePrediction),
    model: encodeModelRef(answer.model),
    trainedOn: encodeInt64('trained_on', answer.trainedOn),
    cached: encodeInt64('cached', answer.cached),
  };
}

export function decodePredictResponse(message: PredictResponseMessage): PredictAnswer {
  return {
    predictions: message.predictions.map((prediction, index) =>
      decodePrediction(`predictions[${index}]`, prediction),
    ),
    model: decodeModelRef(message.model),
    trainedOn: decodeCount('trained_on', message.trainedOn),
    cached: decodeCount('cached', message.cached),
  };
}

/** INTERNAL for a latency that is not positive and finite: the wire never carries one. */
function encodePrediction(prediction: Prediction, index: number): PredictionInput {
  if (!prediction.ok) {
    return { status: STATUSES.encode(prediction.failure), reason: prediction.reason };
  }
  const { latencySeconds, logStandardDeviation } = prediction;
  assertMeasure(`predictions[${index}].latency_seconds`, latencySeconds, Number.MIN_VALUE);
  assertMeasure(`predictions[${index}].log_standard_deviation`, logStandardDeviation, 0);
  return { latencySeconds, logStandardDeviation, status: STATUSES.encode('ok') };
}

function decodePrediction(field: string, message: PredictionMessage): Prediction {
  const status = STATUSES.decode(`${field}.status`, message.status);
  if (status !== 'ok') {
    return { ok: false, failure: status, code: Code.InvalidArgument, reason: message.reason };
  }
  const { latencySeconds, logStandardDeviation } = message;
  assertMeasure(`${field}.latency_seconds`, latencySeconds, Number.MIN_VALUE);
  assertMeasure(`${field}.log_standard_deviation`, logStandardDeviation, 0);
  return { ok: true, latencySeconds, logStandardDeviation };
}

function assertMeasure(field: string, value: number, least: number): void {
  if (!Number.isFinite(value) || value < least) {
    throw internalError(`${field} is ${value}; it must be finite and at least ${least}`);
  }
}
