import type { Clock } from '../base';
import type { Corpus, CorpusEntry, Partition } from '../corpus';
import { Code, PredictorError } from '../errors';
import { type LatencyModelConfig, validateConfig, withDevices } from '../model';
import type { Tf } from '../tensor';
import {
  type CheckpointPort,
  type Example,
  type TrainingProgress,
  type TrainingResult,
  type TrainingSettings,
  train,
  type UnlabelledProgram,
} from '../training';
import type { SavedCdmpp, TrainingSummary } from '../zoo';

export interface TrainModelRequest {
  readonly tf: Tf;
  readonly corpus: Corpus;
  /** Learns from `train`, chooses by `validation`; the other sides are not looked at. */
  readonly partition: Pick<Partition, 'train' | 'validation'>;
  /** Begin from this model, with its sizes, labels and normalisation; absent: from nothing. */
  readonly start?: Pick<SavedCdmpp, 'state' | 'training'> | undefined;
  /** Programs that the model is to be good at; of use where `settings.cmd.weight` is above 0. */
  readonly target?: readonly UnlabelledProgram[] | undefined;
  readonly settings: TrainingSettings;
  readonly seed: number;
  readonly checkpoint?: CheckpointPort | undefined;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
}

export interface TrainedModel {
  readonly result: TrainingResult;
  /** For the card. */
  readonly training: TrainingSummary;
  /** Programs that were learned from, and judged by. */
  readonly learnedFrom: number;
  readonly judgedBy: number;
}

/**
 * Trains a model on the programs of a corpus. FAILED_PRECONDITION where none is on the training
 * side; else as `train`.
 */
export async function trainModel(request: TrainModelRequest): Promise<TrainedModel> {
  const { tf, corpus, partition, start, target, settings, seed, clock } = request;
  const examples = examplesAt(corpus, partition.train);
  const validation = examplesAt(corpus, partition.validation);
  if (examples.length === 0) throw nothingToLearnFrom(corpus);
  const state =
    start && settings.deviceTable.learned
      ? withDevices(start.state, namesOf(examples))
      : start?.state;
  const knownExamples = start?.training.trainedOn ?? 0;
  const result = await train(tf, {
    config: configFor(corpus, examples, settings),
    examples,
    ...(validation.length > 0 && { validation }),
    ...(target && { target }),
    ...(state && { start: state, knownExamples }),
    ...(request.checkpoint && { checkpoint: request.checkpoint }),
    ...(request.signal && { signal: request.signal }),
    ...(request.onProgress && { onProgress: request.onProgress }),
    settings,
    seed,
    clock,
  });
  return {
    result,
    training: {
      trainedOn: knownExamples + examples.length,
      // Of no server's store.
      trainedThroughSequence: 0,
      trainingSeconds: (start?.training.trainingSeconds ?? 0) + result.seconds,
      loss: result.loss,
      seed,
      normalisedOn: start?.training.normalisedOn ?? examples.length,
    },
    learnedFrom: examples.length,
    judgedBy: validation.length,
  };
}

/** The labelled programs at these places of a corpus. */
export function examplesAt(corpus: Corpus, indices: readonly number[]): Example[] {
  return indices.map((index) => (corpus.entries[index] as CorpusEntry).example);
}

/** Of a model that begins from nothing; one device alone needs no table to be told apart. */
function configFor(
  { schema }: Corpus,
  examples: readonly Example[],
  { model, deviceTable }: TrainingSettings,
): LatencyModelConfig {
  const names = namesOf(examples);
  return validateConfig({
    ...model,
    leafWidth: schema.leaf.length,
    deviceWidth: schema.device.length,
    deviceNames: deviceTable.learned && names.length > 1 ? names : [],
  });
}

function namesOf(examples: readonly Example[]): readonly string[] {
  return [...new Set(examples.map(({ deviceName }) => deviceName))].sort();
}

function nothingToLearnFrom({ entries, refused }: Corpus): PredictorError {
  const [[reason] = ['']] = [...refused.reasons].sort(([, a], [, b]) => b - a);
  return new PredictorError(
    Code.FailedPrecondition,
    `records: none of ${entries.length} labelled programs is on the side that is learned from; ` +
      `${refused.count} more records have no label${reason && `, most of them because: ${reason}`}`,
  );
}
