import type {
  FitProgress,
  FitSummary,
  ModelArtifact,
  PredictorDescription,
  TaskRecord,
} from '../predictor';
import type { TargetKind } from '../program';

export interface TrainingRequest {
  /** Name in the predictor registry. */
  readonly predictor: string;
  readonly seed: number;
  /** Of the tasks whose records are learned from; the others are passed over. */
  readonly targetKind: TargetKind;
  /** What is known already; undefined: starts from nothing. */
  readonly startFrom: ModelArtifact | undefined;
  readonly onProgress?: (progress: FitProgress) => void;
}

export interface TrainingResult {
  readonly artifact: ModelArtifact;
  readonly summary: FitSummary;
  readonly description: PredictorDescription;
}

/**
 * Learns from the records given to it, away from the models that serve. It
 * keeps what it was given, so that each record is sent once.
 *
 * One owner, one call at a time. Where its process is lost, calls under way
 * are UNAVAILABLE, `heldThrough` falls back to 0, and the next `add` starts anew.
 */
export interface TrainingEngine {
  /** Highest sequence among the records held; 0: none. */
  readonly heldThrough: number;
  /**
   * Records in the order of their sequences; those already held are passed over. One of a key that
   * is held, under a higher sequence, takes the place of that.
   */
  add(records: readonly TaskRecord[]): Promise<void>;
  /**
   * Learns from all records held of tasks of one kind. FAILED_PRECONDITION where none of them is
   * valid and readable; whatever else the predictor's `fit` and `load` fail with.
   */
  fit(request: TrainingRequest): Promise<TrainingResult>;
  /** Ends a training under way; its result is lost. */
  dispose(): Promise<void>;
}
