import { createRng } from '../base';
import { mape, pairwiseAccuracy } from '../metrics';
import type { ModelState } from '../model';
import type { Tf } from '../tensor';
import { BatchSampler, type StepBatch } from './batches';
import { createTrainingSet, type Example, type TrainingSet } from './examples';
import { predictExamples } from './predict-examples';
import type { TrainingSettings } from './settings';
import type { StepRunner } from './step-runner';
import { judge, type ValidationFigures } from './validation';

/** Looks at examples that are not learned from; holds no tensors. */
export class Validator {
  readonly #tf: Tf;
  readonly #runner: StepRunner;
  readonly #settings: TrainingSettings;
  readonly #set: TrainingSet;
  readonly #batches: readonly StepBatch[];

  constructor(
    tf: Tf,
    runner: StepRunner,
    settings: TrainingSettings,
    examples: readonly Example[],
  ) {
    this.#tf = tf;
    this.#runner = runner;
    this.#settings = settings;
    this.#set = createTrainingSet(examples, settings.evenShare);
    // The same batches at every look: figures of two looks differ by the weights alone.
    const sampler = new BatchSampler(this.#set, settings.batches, createRng(0));
    this.#batches = Array.from({ length: sampler.stepsPerPass }, () => sampler.next());
  }

  /** The figure of the settings; errors and order come together, the loss alone. */
  look(state: ModelState): ValidationFigures {
    const { figure } = this.#settings.validation;
    if (figure === 'loss') {
      const loss = this.#runner.evaluate(state.values, this.#set, this.#batches);
      return judge(figure, { loss, mapePercent: undefined, pairwiseAccuracy: undefined });
    }
    const { latencySeconds } = predictExamples(this.#tf, state, this.#set.examples);
    const judged = this.#set.examples.map(({ taskId, logLatency }, i) => ({
      taskId,
      latencySeconds: Math.exp(logLatency),
      predictedSeconds: latencySeconds[i] as number,
      logStandardDeviation: 0,
    }));
    // Weights that have run away predict no number; that is for the training to say.
    const isSound = latencySeconds.every((seconds) => Number.isFinite(seconds));
    return judge(figure, {
      loss: undefined,
      mapePercent: isSound ? mape(judged) : Number.NaN,
      pairwiseAccuracy: isSound ? pairwiseAccuracy(judged, { leastGap: 0 }).pooled : Number.NaN,
    });
  }
}
