import { readFile } from 'node:fs/promises';
import { systemClock } from '../base';
import type { FinetuneOptions, LearningOptions, TrainOptions } from '../config';
import { Code, PredictorError } from '../errors';
import { loopNestSource, loweredSource } from '../features';
import type { RecordStore } from '../store';
import {
  finetuneFromStore,
  type LearningOutcome,
  type LearningRequest,
  trainFromStore,
} from '../study';
import {
  FINETUNE_SETTINGS,
  OFFLINE_SETTINGS,
  parseTrainingSettings,
  type TrainingSettings,
} from '../training';
import type { CommandIo } from './command-io';
import { openTensors } from './open-tensors';
import { createProgress } from './progress';
import { createTrainingProgress } from './training-progress';
import { withData } from './with-data';

/** Trains a model on records; prints a line of JSON. */
export async function trainCommand(
  options: TrainOptions,
  command: string,
  io: CommandIo,
): Promise<void> {
  const { predictor, start } = options;
  const source = predictor === 'cdmpp' ? loopNestSource : loweredSource;
  await learn(options, OFFLINE_SETTINGS, command, io, 'trained', (request) =>
    trainFromStore({ ...request, predictor, source, start }),
  );
}

/** Trains a trained model on; prints a line of JSON. */
export async function finetuneCommand(
  options: FinetuneOptions,
  command: string,
  io: CommandIo,
): Promise<void> {
  const { model, targetPrograms } = options;
  await learn(options, FINETUNE_SETTINGS, command, io, 'finetuned', (request) =>
    finetuneFromStore({ ...request, model, targetPrograms }),
  );
}

async function learn(
  options: LearningOptions,
  defaults: TrainingSettings,
  command: string,
  io: CommandIo,
  event: string,
  action: (request: LearningRequest) => Promise<LearningOutcome>,
): Promise<void> {
  const { data, choice, deviceName, settingsFile, out, seed, resume } = options;
  const settings = settingsFile === undefined ? defaults : await readSettings(settingsFile);
  const stop = new AbortController();
  io.stopRequested().then((signal) => {
    io.complain(`${signal}: keeping a checkpoint`);
    stop.abort();
  });
  const outcome = await withData(data, io, async (store: RecordStore) => {
    const reading = createProgress(io, 'extracting', systemClock);
    const training = createTrainingProgress(io, systemClock);
    let isReading = true;
    const endReading = () => {
      if (isReading) reading.stop();
      isReading = false;
    };
    try {
      return await action({
        tf: openTensors(),
        store,
        choice,
        deviceName,
        settings,
        seed,
        out,
        resume,
        command,
        clock: systemClock,
        signal: stop.signal,
        onReading: ({ recordsDone, total }) =>
          reading.update({ name: 'features', done: recordsDone, total, recordsDone }),
        onProgress: (progress) => {
          endReading();
          training.update(progress);
        },
      });
    } finally {
      endReading();
      training.stop();
    }
  });
  io.print(JSON.stringify({ event, ...outcome }));
}

async function readSettings(path: string): Promise<TrainingSettings> {
  const text = await readFile(path, 'utf8').catch((thrown) => {
    throw new PredictorError(
      Code.NotFound,
      `--settings ${path} cannot be read: ${(thrown as Error).message}`,
      { cause: thrown },
    );
  });
  return parseTrainingSettings(text);
}
