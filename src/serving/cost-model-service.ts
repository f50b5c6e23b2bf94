import type { ModelArtifact, Prediction, PredictorDescription } from '../predictor';
import type { MeasuredRecord, ProgramSource, Task } from '../program';
import type { AppendResult } from '../store';

/** Names a version of a model. */
export interface ModelRef {
  /**
   * Of a line of versions, `cdmpp-cpu`. In a request, empty or the name that the lines share,
   * `cdmpp`: the line of the task asked about, and without a task the one that learned last.
   */
  readonly name: string;
  /** In a request 0 means the newest, unless `pinned`. */
  readonly version: number;
  /** True: the version is meant as it stands, 0 too. Default false; not in answers. */
  readonly pinned?: boolean;
}

/** A task by its id, or the task itself. */
export type TaskRef = string | Task;

export interface PredictCall {
  readonly task: TaskRef;
  readonly programs: readonly ProgramSource[];
  /** Later chunks of a stream pin it, so that one version answers all of them. */
  readonly model: ModelRef;
  readonly featureSet: 'loop-nest' | 'lowered' | undefined;
  readonly tunerId: string;
  /** Aborted when the caller cancels or its deadline passes; the call then leaves the queue. */
  readonly signal?: AbortSignal;
}

export interface PredictAnswer {
  readonly predictions: readonly Prediction[];
  /** How many of them were not computed for this call, but known from before or its own twins. */
  readonly cached: number;
  /** The version that answered, under its own name: 0 is the shipped model, or the estimate. */
  readonly model: ModelRef;
  /** 0: the analytical estimate. */
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
  /** Of the version's line. Empty: its last training did not fail. */
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
  /** Of the line that answers the task where a call names none. */
  readonly modelName: string;
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
  /** @param task whose line is meant where the reference does not name one. */
  getModel(model: ModelRef, task?: TaskRef): Promise<ModelInfo>;
  listModels(): Promise<readonly ModelInfo[]>;
  exportModel(model: ModelRef): Promise<ModelArtifact>;
  /**
   * Makes the artifact the newest of a line.
   *
   * @param modelName of the line. Default, or the name that the lines share: what the card says
   *   the model is for, and the first line, that of CPUs, where it does not.
   */
  importModel(artifact: ModelArtifact, modelName?: string): Promise<ModelInfo>;
  /** Refuses new calls, finishes those under way, writes what must be kept, releases everything. */
  dispose(): Promise<void>;
}
