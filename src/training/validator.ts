import { createRng } from '../base';
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
    return judge(figure, {
      loss: undefined,
      mapePercent: mapePercentOf(this.#set.examples, latencySeconds),
      pairwiseAccuracy: pairwiseAccuracyOf(this.#set, latencySeconds),
    });
  }
}

function mapePercentOf(examples: readonly Example[], predictedSeconds: Float64Array): number {
  let sum = 0;
  examples.forEach(({ logLatency }, i) => {
    sum += Math.abs((predictedSeconds[i] as number) / Math.exp(logLatency) - 1);
  });
  return (100 * sum) / examples.length;
}

/** Over all pairs of all tasks together; pairs that were measured alike do not count. */
function pairwiseAccuracyOf({ tasks, examples }: TrainingSet, predicted: Float64Array): number {
  let right = 0;
  let pairs = 0;
  for (const members of tasks) {
    for (let i = 1; i < members.length; i++) {
      const a = members[i] as number;
      for (let j = 0; j < i; j++) {
        const b = members[j] as number;
        const measuredGap =
          (examples[a] as Example).logLatency - (examples[b] as Example).logLatency;
        if (measuredGap === 0) continue;
        pairs++;
        if (measuredGap * ((predicted[a] as number) - (predicted[b] as number)) > 0) right++;
      }
    }
  }
  return right / pairs;
}
