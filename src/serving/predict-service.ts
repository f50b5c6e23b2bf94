import { invalidArgument } from '../errors';
import type { Prediction, ProgramBatch } from '../predictor';
import type { ProgramSource, Task } from '../program';
import { abortError } from './abort-error';
import type { Batcher } from './batcher';
import type { PredictAnswer, PredictCall } from './cost-model-service';
import type { InferenceEngine } from './inference-engine';
import type { ModelLines } from './model-lines';
import type { ScoreCache, ScoreLane } from './score-cache';
import { soundPredictions } from './sound-predictions';
import type { TaskCache } from './task-cache';

/** Programs of one task, answered by one version, share batches. */
export interface PredictLane extends ScoreLane {
  readonly task: Task;
}

export type PredictBatcher = Batcher<PredictLane, ProgramSource, Prediction>;

export interface PredictServiceOptions {
  readonly lines: ModelLines;
  readonly tasks: TaskCache;
  readonly batcher: PredictBatcher;
  readonly scores: ScoreCache;
}

/** What a batcher runs. */
export function createBatchRunner(
  engine: InferenceEngine,
): (lane: PredictLane, programs: readonly ProgramSource[]) => Promise<readonly Prediction[]> {
  return async ({ modelKey, task }, programs) => {
    const batch: ProgramBatch = { task, programs };
    return soundPredictions(await engine.predict(modelKey, batch));
  };
}

/**
 * Answers predict calls. The version is settled when a call comes in and kept
 * until its last program is answered, so that no answer mixes two versions.
 */
export class PredictService {
  readonly #options: PredictServiceOptions;

  constructor(options: PredictServiceOptions) {
    this.#options = Object.freeze({ ...options });
  }

  async predict(call: PredictCall): Promise<PredictAnswer> {
    const { lines, tasks, batcher, scores } = this.#options;
    const task = await tasks.resolve(call.task);
    const lease = await lines.lease(call.model, task);
    try {
      if (call.signal?.aborted) throw abortError(call.signal);
      const { name, version, description } = lease.facts;
      if (call.featureSet !== undefined && call.featureSet !== description.featureSet) {
        throw invalidArgument(
          `feature_set is ${call.featureSet}; model "${name}" version ${version} was trained on ${description.featureSet}`,
        );
      }
      const lane = { key: `${lease.key}/${task.id}`, modelKey: lease.key, task };
      const { predictions, cached } = await scores.answer(lane, call.programs, (missing) =>
        batcher.submit(lane, missing, call.signal),
      );
      return { predictions, cached, model: { name, version }, trainedOn: description.trainedOn };
    } finally {
      lease.release();
    }
  }
}
