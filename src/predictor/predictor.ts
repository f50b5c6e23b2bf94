import type { Code } from '../errors';
import type { MeasuredRecord, ProgramSource, Task } from '../program';

/** Programs of one task, to be scored together. */
export interface ProgramBatch {
  readonly task: Task;
  readonly programs: readonly ProgramSource[];
}

/** Why a program has no latency. */
export type PredictionFailure = 'unreadable' | 'cannot-build';

/**
 * One program's answer. An expected failure is a value, so that one bad
 * candidate never fails a batch.
 */
export type Prediction =
  | {
      readonly ok: true;
      /** Positive and finite. */
      readonly latencySeconds: number;
      /** Standard deviation of ln(latency); 0 where the predictor has none. */
      readonly logStandardDeviation: number;
    }
  | {
      readonly ok: false;
      readonly failure: PredictionFailure;
      readonly code: Code;
      readonly reason: string;
    };

/** A measured record with the task that it belongs to. */
export interface TaskRecord {
  readonly task: Task;
  readonly record: MeasuredRecord;
  /** Position in the store, from 1; later is newer. */
  readonly sequence: number;
}

export interface FitOptions {
  readonly seed: number;
  /** Stops early, keeping what was learned, when aborted. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FitProgress) => void;
}

export interface FitProgress {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
}

export interface FitSummary {
  /** Records learned from: valid, readable ones. */
  readonly trainedOn: number;
  readonly trainedThroughSequence: number;
  readonly trainingSeconds: number;
  /** Mean loss over the last tenth of the steps. */
  readonly loss: number;
}

/** A predictor in portable form. */
export interface ModelArtifact {
  /** JSON text: schema, normalisation, training summary, sha256 of the weights. */
  readonly card: string;
  readonly weights: Uint8Array;
}

export interface PredictorDescription {
  /** `roofline`, `cdmpp`, ... */
  readonly predictor: string;
  readonly featureSet: 'loop-nest' | 'lowered';
  /** 0: never trained; `predict` must then not be asked of a learned predictor. */
  readonly trainedOn: number;
  readonly trainedThroughSequence: number;
  readonly parameterCount: number;
  readonly trainingSeconds: number;
  /** Empty where there are no weights. */
  readonly weightsSha256: string;
}

/**
 * The port of every latency predictor: CDMPP, the roofline estimate, the other
 * predictors of the field, and a server seen over gRPC.
 *
 * Calls on one predictor are made one after the other, by its single owner; an
 * implementation need not guard itself against overlapping calls. `predict` has
 * no effect on later answers: the same program gets the same latency, bit for
 * bit, whatever else is in the batch, until the next `fit` or `load`.
 */
export interface Predictor {
  describe(): Promise<PredictorDescription>;
  /**
   * Does ahead what the first `predict` would wait for, such as opening libraries and setting
   * kernels up. Changes no answer; may be called before anything was learned. Absent where
   * there is nothing to do.
   */
  prepare?(): Promise<void>;
  /** One answer for each program, in order. An empty batch gives an empty answer. */
  predict(batch: ProgramBatch): Promise<readonly Prediction[]>;
  /**
   * Learns from all of the records, starting from what is already known.
   * Failed measurements and unreadable programs are skipped, not errors; with
   * nothing left to learn from it throws FAILED_PRECONDITION and changes nothing.
   */
  fit(records: readonly TaskRecord[], options: FitOptions): Promise<FitSummary>;
  save(): Promise<ModelArtifact>;
  /**
   * Replaces what is known by an artifact of the same kind of predictor.
   * INVALID_ARGUMENT where schema or checksum do not fit; nothing changes then.
   */
  load(artifact: ModelArtifact): Promise<void>;
  /** Releases tensors and connections; the predictor is not used afterwards. */
  dispose(): Promise<void>;
}
