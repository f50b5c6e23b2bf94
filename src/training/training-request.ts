import type { Clock } from '../base';
import type { LatencyModelConfig, ModelState } from '../model';
import type { FitProgress } from '../predictor';
import type { CheckpointPort } from './checkpoint';
import type { Example, UnlabelledProgram } from './examples';
import type { TrainingSettings } from './settings';
import type { TrainingPoint } from './training-point';
import type { ValidationFigures } from './validation';

export interface TrainingRequest {
  /** Of a model that begins from nothing; `start` brings its own. */
  readonly config: LatencyModelConfig;
  readonly examples: readonly Example[];
  /** Chooses the weights that are kept. Default: a part of the examples, where there are enough. */
  readonly validation?: readonly Example[];
  /** Programs that the model is to be good at, without latencies: for the CMD regulariser. */
  readonly target?: readonly UnlabelledProgram[];
  readonly seed: number;
  /** Begin from these weights and this normalisation; absent: from nothing. */
  readonly start?: ModelState;
  /**
   * Examples that `start` was trained on, where it is a model to be tuned: it is
   * then of use even if the training is stopped early. Default 0: it is not.
   */
  readonly knownExamples?: number;
  readonly settings?: TrainingSettings;
  /** Absent: what is interrupted is lost. */
  readonly checkpoint?: CheckpointPort;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainingProgress) => void;
}

export interface TrainingProgress extends FitProgress {
  /** Programs learned from in a second of the steps alone. */
  readonly samplesPerSecond: number;
  /** Of the last look. */
  readonly validation: ValidationFigures | undefined;
}

export interface TrainingResult {
  readonly state: ModelState;
  /** Steps done; of a training that ended early, fewer than were planned. */
  readonly steps: number;
  /** Steps that were passed over because a number was not finite. */
  readonly skippedSteps: number;
  /** Mean over the last tenth of the steps. */
  readonly loss: number;
  /** Of the weights that are kept; undefined where there was nothing to judge by. */
  readonly validation: { readonly step: number; readonly figures: ValidationFigures } | undefined;
  readonly history: readonly TrainingPoint[];
  readonly seconds: number;
  readonly samplesPerSecond: number;
}
