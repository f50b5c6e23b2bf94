/** What the server's thread and the inference worker say to each other. */
import type { Code } from '../errors';
import type { Prediction, PredictionFailure, PredictorDescription } from '../predictor';
import type { Task } from '../program';
import type { ModelSource } from './inference-engine';
import type { Reply } from './reply';

export interface InferenceWorkerData {
  /** Absolute path of a module with `createDefaultRegistry`. */
  readonly registryModule: string;
  /** Set before a predictor is made; native libraries read it. */
  readonly nativeEnvironment: Readonly<Record<string, string>>;
}

export type InferenceRequest =
  | { readonly kind: 'prepare'; readonly id: number; readonly predictor: string }
  | {
      readonly kind: 'load';
      readonly id: number;
      readonly key: string;
      readonly source: ModelSource;
    }
  | { readonly kind: 'unload'; readonly id: number; readonly key: string }
  | {
      readonly kind: 'predict';
      readonly id: number;
      readonly key: string;
      readonly taskId: string;
      /** With the first batch of a task; the worker keeps it until told to forget. */
      readonly task: Task | undefined;
      readonly loopNests: readonly string[];
      readonly transformSteps: readonly string[];
      /** One for each program; undefined where none has any. */
      readonly loweredFeatures: readonly (Float32Array | undefined)[] | undefined;
    }
  | { readonly kind: 'forget-task'; readonly taskId: string };

export type InferenceReply = Reply<PredictorDescription | PredictionColumns | undefined>;

/** Predictions column by column: two transferable arrays in place of an object for each. */
export interface PredictionColumns {
  /** Seconds; 0 in the places of `failures`. */
  readonly latencySeconds: Float64Array;
  readonly logStandardDeviation: Float64Array;
  readonly failures: readonly FailedPlace[];
}

interface FailedPlace {
  readonly place: number;
  readonly failure: PredictionFailure;
  readonly code: Code;
  readonly reason: string;
}

export function encodePredictions(predictions: readonly Prediction[]): PredictionColumns {
  const latencySeconds = new Float64Array(predictions.length);
  const logStandardDeviation = new Float64Array(predictions.length);
  const failures: FailedPlace[] = [];
  predictions.forEach((prediction, place) => {
    if (prediction.ok) {
      latencySeconds[place] = prediction.latencySeconds;
      logStandardDeviation[place] = prediction.logStandardDeviation;
    } else {
      const { failure, code, reason } = prediction;
      failures.push({ place, failure, code, reason });
    }
  });
  return { latencySeconds, logStandardDeviation, failures };
}

export function decodePredictions(columns: PredictionColumns): Prediction[] {
  const predictions = Array.from(
    columns.latencySeconds,
    (latencySeconds, place): Prediction => ({
      ok: true,
      latencySeconds,
      logStandardDeviation: columns.logStandardDeviation[place] as number,
    }),
  );
  for (const { place, failure, code, reason } of columns.failures) {
    predictions[place] = { ok: false, failure, code, reason };
  }
  return predictions;
}
