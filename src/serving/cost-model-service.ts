import type { ModelArtifact, Prediction, PredictorDescription } from '../predictor';
import type { MeasuredRecord, ProgramSource, Task } from '../program';
import type { AppendResult } from '../store';

/** Names a version of a model; version 0 of a request means the newest. */
export interface ModelRef {
  readonly name: string;
  readonly version: number;
}

/** A task by its id, or the task itself. */
export type TaskRef = string | Task;

export interface PredictCall {
  readonly task: TaskRef;
  readonly programs: readonly ProgramSource[];
  /** Name empty: the default model. Version 0: the newest, unless `pinned`. */
  readonly model: ModelRef;
  /**
   * True: the version is meant as it stands, 0 being the analytical estimate.
   * Later chunks of a stream set it, so that one version answers all of them.
   */
  readonly pinned?: boolean;
  readonly featureSet: 'loop-nest' | 'lowered' | undefined;
  readonly tunerId: string;
  /** Aborted when the caller cancels or its deadline passes; the call then leaves the queue. */
  readonly signal?: AbortSignal;
}

export interface PredictAnswer {
  readonly predictions: readonly Prediction[];
  /** How many of them were not computed for this call, but known from before or its own twins. */
  readonly cached: number;
  /** The version that answered: never 0 for "newest"; 0 is the analytical estimate. */
  readonly model: ModelRef;
  readonly trainedOn: number;
}

export interface ReportCall {
  readonly task: TaskRef;
  /** May be empty. */
  readonly records: readonly MeasuredRecord[];
  readonly tunerId: string;
  /** True: learn only with a later report that does not defer. Default false. */
  readonly deferLearning?: boolean;
}

export interface TrainingState {
  readonly phase: 'idle' | 'running' | 'frozen';
  /** Sequence that the training under way (or waiting) will have learned from; 0: none. */
  readonly targetSequence: number;
  /** Empty: the last training did not fail. */
  readonly lastFailure: string;
}

export interface ModelInfo {
  readonly model: ModelRef;
  readonly description: PredictorDescription;
  readonly createdSeconds: number;
  readonly training: TrainingState;
  /** Of all versions that this process has trained. */
  readonly totalTrainingSeconds: number;
}

export interface RegisteredTask {
  readonly taskId: string;
  /** Positive, seconds: one scale for all scores of a search. */
  readonly referenceLatencySeconds: number;
}

/**
 * Everything that the server can do, without a transport. `server/` translates
 * gRPC into these calls and nothing else.
 *
 * Errors are PredictorErrors: NOT_FOUND for an unknown task or version,
 * INVALID_ARGUMENT for bad fields, UNAVAILABLE for a full queue or while
 * draining, CANCELLED and DEADLINE_EXCEEDED by the signal.
 */
export interface CostModelService {
  /** Resolves when the newest model is loaded and warm; rejects where it cannot be. */
  readonly ready: Promise<void>;
  /**
   * Calls back whenever the newest model begins or ceases to answer after
   * `ready`: false while a crashed inference worker is replaced, and once
   * draining. Returns a function that ends it. Absent: `ready` says it all.
   */
  watchServing?(listener: (serving: boolean) => void): () => void;
  registerTask(task: Task): Promise<RegisteredTask>;
  predict(call: PredictCall): Promise<PredictAnswer>;
  /** Resolves when the records are on disk. Training follows on its own. */
  report(call: ReportCall): Promise<AppendResult>;
  getModel(model: ModelRef): Promise<ModelInfo>;
  listModels(): Promise<readonly ModelInfo[]>;
  exportModel(model: ModelRef): Promise<ModelArtifact>;
  importModel(artifact: ModelArtifact): Promise<ModelInfo>;
  /** Refuses new calls, finishes those under way, writes what must be kept, releases everything. */
  dispose(): Promise<void>;
}
