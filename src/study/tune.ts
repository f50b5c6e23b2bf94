import { readFile } from 'node:fs/promises';
import { type Clock, replaceFile } from '../base';
import type { SplitChoice } from '../config';
import { type CorpusProgress, readCorpus } from '../corpus';
import { Code, invalidArgument, PredictorError } from '../errors';
import type { FeatureSource } from '../features';
import { openStudy, SEARCH_SPACE, type StudyPlace } from '../hyperparameters';
import type { RecordStore } from '../store';
import { sha256, type Tf } from '../tensor';
import {
  formatTrainingSettings,
  OFFLINE_SETTINGS,
  parseTrainingSettings,
  type TrainingSettings,
} from '../training';
import { choosePartition } from './choose-partition';
import { requireComparable, trainingObjective } from './training-objective';
import {
  firstPoints,
  type TuningProgress,
  type TuningResult,
  tuneHyperparameters,
} from './tune-hyperparameters';

export interface TuneRequest {
  readonly store: RecordStore;
  readonly source: FeatureSource;
  readonly choice: SplitChoice;
  /** Finished trials in the study at the end. */
  readonly trials: number;
  readonly place: StudyPlace;
  /** Of the search, and of every training. */
  readonly seed: number;
  /** File to begin from; undefined: the settings of `cdmpp train`. */
  readonly settings: string | undefined;
  /** Where the best settings go. */
  readonly out: string;
  readonly openTensors: () => Tf;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onRead?: (progress: CorpusProgress) => void;
  readonly onProgress?: (progress: TuningProgress) => void;
}

/** Of a few trials the median says little. */
const STARTUP_TRIALS = 8;
/** Of the forty looks of a training: in the first ones the learning rate still rises. */
const WARM_UP_LOOKS = 6;

/**
 * Searches settings for the training on a store's records, and writes the best ones to a file that
 * `cdmpp train --settings` takes. Errors as `openStudy`, `choosePartition` and
 * `tuneHyperparameters`.
 */
export async function tuneFromStore(request: TuneRequest): Promise<TuningResult> {
  const { store, source, choice, seed, clock, signal } = request;
  requireValidation(choice);
  const settings = await readSettings(request.settings);
  requireComparable(settings);
  const corpus = await readCorpus(store, {
    source,
    signal,
    onProgress: request.onRead,
  });
  const { partition, description } = await choosePartition(corpus, choice);
  const objective = trainingObjective(request.openTensors(), { corpus, partition, seed, clock });
  const study = await openStudy(request.place, {
    space: SEARCH_SPACE,
    // What a trial's figure hangs on besides its point.
    about: {
      split: description,
      programs: partition.train.length + partition.validation.length,
      features: corpus.schema.id,
      seed,
      settings: sha256(Buffer.from(formatTrainingSettings(settings))).slice(0, 16),
    },
    seed,
    first: firstPoints(settings, SEARCH_SPACE),
    pruning: { startupTrials: STARTUP_TRIALS, warmUpLooks: WARM_UP_LOOKS },
  });
  try {
    const result = await tuneHyperparameters({
      study,
      space: SEARCH_SPACE,
      settings,
      trials: request.trials,
      objective,
      signal,
      ...(request.onProgress && { onProgress: request.onProgress }),
    });
    const best = parseTrainingSettings(JSON.stringify(result.settings));
    await replaceFile(request.out, formatTrainingSettings(best));
    return result;
  } finally {
    await study.close();
  }
}

function requireValidation(choice: SplitChoice): void {
  if (choice.kind !== 'all') return;
  throw invalidArgument(
    'neither --split nor --by-sample is given; settings are judged by a validation side, which one of them makes',
  );
}

async function readSettings(file: string | undefined): Promise<TrainingSettings> {
  if (file === undefined) return OFFLINE_SETTINGS;
  let json: string;
  try {
    json = await readFile(file, 'utf8');
  } catch (thrown) {
    const reason = (thrown as Error).message;
    throw new PredictorError(Code.NotFound, `--settings "${file}" cannot be read: ${reason}`, {
      cause: thrown,
    });
  }
  return parseTrainingSettings(json);
}
