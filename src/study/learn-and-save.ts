/** What `cdmpp train` and `cdmpp finetune` have in common. */
import { readdir } from 'node:fs/promises';
import type { Clock } from '../base';
import type { SplitChoice } from '../config';
import { type Corpus, type CorpusProgress, type Partition, readCorpus } from '../corpus';
import { Code, PredictorError } from '../errors';
import type { FeatureSource } from '../features';
import type { RecordStore } from '../store';
import type { Tf } from '../tensor';
import type { TrainingProgress, TrainingSettings, ValidationFigures } from '../training';
import type { SavedCdmpp } from '../zoo';
import { CheckpointFile } from './checkpoint-file';
import { saveTrained } from './save-trained';
import { examplesAt, trainModel } from './train-model';

export interface LearningRequest {
  readonly tf: Tf;
  readonly store: RecordStore;
  readonly choice: SplitChoice;
  /** Only records of this device; undefined: of all. */
  readonly deviceName: string | undefined;
  readonly settings: TrainingSettings;
  readonly seed: number;
  /** Absolute: the folder of the model. Its checkpoint lies beside it until it is there. */
  readonly out: string;
  /** Go on from that checkpoint. */
  readonly resume: boolean;
  /** For the model's page. */
  readonly command: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onReading?: (progress: CorpusProgress) => void;
  readonly onProgress?: (progress: TrainingProgress) => void;
}

/** What is learned from what. */
export interface Lesson {
  readonly predictor: string;
  readonly corpus: Corpus;
  readonly partition: Partition;
  /** How programs were parted, for people. */
  readonly parted: string;
  readonly start: SavedCdmpp | undefined;
}

export interface LearningOutcome {
  readonly out: string;
  readonly tasks: number;
  /** Programs. */
  readonly learnedFrom: number;
  readonly judgedBy: number;
  readonly steps: number;
  readonly seconds: number;
  readonly samplesPerSecond: number;
  /** Mean over the last tenth of the steps. */
  readonly loss: number;
  readonly validation: ValidationFigures | undefined;
  readonly weightsSha256: string;
}

/** ALREADY_EXISTS, before hours of training and not after them, where something is in the way. */
export async function assertRoomFor(out: string): Promise<void> {
  const names = await readdir(out).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return [];
    throw PredictorError.from(thrown, Code.AlreadyExists);
  });
  if (names.length === 0) return;
  throw new PredictorError(
    Code.AlreadyExists,
    `--out "${out}" holds "${names.sort()[0]}"; give a new or an empty folder`,
  );
}

export function readLessonCorpus(
  { store, deviceName, signal, onReading }: LearningRequest,
  source: FeatureSource,
): Promise<Corpus> {
  return readCorpus(store, {
    filter: { isValid: true, ...(deviceName !== undefined && { deviceName }) },
    source,
    signal,
    onProgress: onReading,
  });
}

/** Trains, writes the folder, and removes the checkpoint. Stopped: CANCELLED, the checkpoint is kept. */
export async function learnAndSave(
  request: LearningRequest,
  { predictor, corpus, partition, parted, start }: Lesson,
): Promise<LearningOutcome> {
  const { tf, settings, seed, out, resume, command, clock, signal, onProgress } = request;
  const checkpoint = new CheckpointFile(`${out}.checkpoint`, resume);
  const trained = await trainModel({
    tf,
    corpus,
    partition,
    start,
    target: settings.cmd.weight > 0 ? unlabelledOf(corpus, partition) : undefined,
    settings,
    seed,
    checkpoint,
    clock,
    signal,
    onProgress,
  });
  const weightsSha256 = await saveTrained({
    out,
    predictor,
    corpus,
    parted,
    trained,
    settings,
    seed,
    command,
  });
  await checkpoint.remove();
  const { result, learnedFrom, judgedBy } = trained;
  return {
    out,
    tasks: corpus.tasks.length,
    learnedFrom,
    judgedBy,
    steps: result.steps,
    seconds: result.seconds,
    samplesPerSecond: result.samplesPerSecond,
    loss: result.loss,
    validation: result.validation?.figures,
    weightsSha256,
  };
}

/**
 * What the regulariser draws programs to: those of the test side, or of no side where that is
 * empty. Their latencies are taken out of them first, so that nothing can look at them.
 */
function unlabelledOf(corpus: Corpus, partition: Partition) {
  const { train, validation, test } = partition;
  const placed = new Set([...train, ...validation]);
  const indices =
    test.length > 0 ? test : [...corpus.entries.keys()].filter((index) => !placed.has(index));
  return examplesAt(corpus, indices).map(({ program, device, deviceName }) => ({
    program,
    device,
    deviceName,
  }));
}
