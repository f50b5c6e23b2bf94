import type { Clock } from '../base';
import type { Corpus, Partition } from '../corpus';
import { Code, internalError, invalidArgument, PredictorError } from '../errors';
import type { Tf } from '../tensor';
import { parseTrainingSettings, type TrainingSettings, type ValidationFigures } from '../training';
import { trainModel } from './train-model';
import type { Objective } from './tune-hyperparameters';

export interface TrainingObjectiveRequest {
  /** Read once: every trial learns from the same features. */
  readonly corpus: Corpus;
  /** Its test side is not looked at. */
  readonly partition: Pick<Partition, 'train' | 'validation'>;
  /** Of every training: trials differ by their settings alone. */
  readonly seed: number;
  readonly clock: Clock;
}

/**
 * Trains on one side of a corpus; the objective is what the validation side says of the weights
 * that are kept, by the figure that the settings choose them by: the less, the better.
 *
 * FAILED_PRECONDITION where there is nothing to validate by.
 */
export function trainingObjective(
  tf: Tf,
  { corpus, partition, seed, clock }: TrainingObjectiveRequest,
): Objective {
  if (partition.validation.length === 0) {
    throw new PredictorError(
      Code.FailedPrecondition,
      `the validation side has none of the ${corpus.entries.length} programs that were read: ` +
        'read the records that the split was made from, or make it again',
    );
  }
  return async (given, report, signal) => {
    const settings = parseTrainingSettings(JSON.stringify(given));
    let seen: ValidationFigures | undefined;
    let look = 0;
    const { result } = await trainModel({
      tf,
      corpus,
      partition,
      settings,
      seed,
      clock,
      signal,
      onProgress: ({ validation }) => {
        if (validation === undefined || validation === seen) return;
        seen = validation;
        report(look++, validation.objective);
      },
    });
    if (result.validation === undefined) throw internalError('a training was not validated');
    return result.validation.figures.objective;
  };
}

/** INVALID_ARGUMENT where the trials' figures would not be of one kind. */
export function requireComparable({ validation }: TrainingSettings): void {
  if (validation.figure !== 'loss') return;
  throw invalidArgument(
    'settings.validation.figure: loss; trials differ in what their loss is, so it must be mape or pairwise',
  );
}
