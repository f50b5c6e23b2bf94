/** Trainings of the benchmark: those of `cdmpp train` and `cdmpp finetune`, on given programs. */
import { loadModelFolder, saveModelFolder } from '../artifact';
import { systemClock } from '../base';
import type { FeatureSchema } from '../features';
import { type ModelState, withDevices } from '../model';
import type { Tf } from '../tensor';
import {
  type Example,
  formatTrainingSettings,
  type TrainingResult,
  type TrainingSettings,
  train,
  type UnlabelledProgram,
} from '../training';
import { decodeArtifact, encodeArtifact } from '../zoo';

/** As the registry calls it. */
const PREDICTOR = 'cdmpp';

export interface LearnRequest {
  readonly schema: FeatureSchema;
  readonly examples: readonly Example[];
  readonly validation: readonly Example[];
  /** For the CMD regulariser: features of what the model is to be good at. */
  readonly target: readonly UnlabelledProgram[];
  readonly settings: TrainingSettings;
  readonly seed: number;
  /** A model to go on from; absent: from nothing. */
  readonly start?: LearnedModel;
  readonly onProgress?: (text: string) => void;
}

export interface LearnedModel {
  readonly state: ModelState;
  readonly trainedOn: number;
}

export interface Learned extends LearnedModel {
  readonly result: TrainingResult;
}

const REPORT_MS = 30_000;

/** The best of the checkpoints by `validation`, which is no part of what is learned from. */
export async function learn(tf: Tf, request: LearnRequest): Promise<Learned> {
  const { schema, examples, validation, target, settings, seed, start } = request;
  const names = settings.deviceTable.learned ? deviceNamesOf(examples) : [];
  let reportedMs = systemClock.nowMs();
  const result = await train(tf, {
    config: {
      ...settings.model,
      leafWidth: schema.leaf.length,
      deviceWidth: schema.device.length,
      deviceNames: names,
    },
    examples,
    // None at all: what is to judge by is carved out of the examples, where there are enough.
    ...(validation.length > 0 && { validation }),
    ...(settings.cmd.weight > 0 && { target }),
    ...(start && { start: withDevices(start.state, names), knownExamples: start.trainedOn }),
    seed,
    settings,
    clock: systemClock,
    onProgress: ({ step, steps, loss, samplesPerSecond, validation: figures }) => {
      if (systemClock.nowMs() - reportedMs < REPORT_MS) return;
      reportedMs = systemClock.nowMs();
      const found = figures === undefined ? '' : `, validation ${figures.objective.toFixed(4)}`;
      request.onProgress?.(
        `step ${step} of ${steps}, loss ${loss.toFixed(4)}, ${Math.round(samplesPerSecond)} programs/s${found}`,
      );
    },
  });
  return { state: result.state, trainedOn: examples.length + (start?.trainedOn ?? 0), result };
}

export async function saveModel(
  folder: string,
  schema: FeatureSchema,
  { state, trainedOn, result }: Learned,
  settings: TrainingSettings,
  seed: number,
): Promise<void> {
  const { artifact } = encodeArtifact(PREDICTOR, schema, state, {
    trainedOn,
    trainedThroughSequence: 0,
    trainingSeconds: result.seconds,
    loss: result.loss,
    seed,
    normalisedOn: trainedOn,
  });
  await saveModelFolder(folder, artifact, {
    settings: formatTrainingSettings(settings),
    replace: true,
  });
}

export async function loadModel(folder: string, schema: FeatureSchema): Promise<LearnedModel> {
  const artifact = await loadModelFolder(folder);
  const { state, training } = decodeArtifact(artifact, PREDICTOR, schema);
  return { state, trainedOn: training.trainedOn };
}

function deviceNamesOf(examples: readonly Example[]): readonly string[] {
  return [...new Set(examples.map((example) => example.deviceName))].sort();
}
