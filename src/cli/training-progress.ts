import { Presets, SingleBar } from 'cli-progress';
import type { Clock } from '../base';
import type { TrainingProgress } from '../training';
import type { CommandIo } from './command-io';
import { formatCount } from './format-text';

/** Shows how far a training has come: loss, rate, time left, and the last look at the validation side. */
export interface TrainingProgressView {
  update(progress: TrainingProgress): void;
  /** Takes the bar away. */
  stop(): void;
}

/** Between two lines where there is no terminal for a bar. */
const LINE_INTERVAL_MS = 10_000;

export function createTrainingProgress(io: CommandIo, clock: Clock): TrainingProgressView {
  const { terminal } = io;
  return terminal === undefined ? createLines(io, clock) : createBar(terminal);
}

function createBar(terminal: NodeJS.WriteStream): TrainingProgressView {
  const bar = new SingleBar(
    {
      format:
        'training {bar} {percentage} % | loss {loss} | {rate} programs/s | {eta_formatted} left{validation}',
      stream: terminal,
      clearOnComplete: true,
      barsize: 24,
    },
    Presets.shades_grey,
  );
  let isStarted = false;
  return {
    update(progress) {
      const { step, steps } = progress;
      const payload = {
        loss: progress.loss.toFixed(3),
        rate: rateOf(progress),
        validation: lookOf(progress),
      };
      if (!isStarted) bar.start(steps, step, payload);
      isStarted = true;
      bar.update(step, payload);
    },
    stop: () => {
      if (isStarted) bar.stop();
    },
  };
}

function createLines(io: CommandIo, clock: Clock): TrainingProgressView {
  let lastMs = clock.nowMs();
  return {
    update(progress) {
      const nowMs = clock.nowMs();
      if (nowMs - lastMs < LINE_INTERVAL_MS) return;
      lastMs = nowMs;
      const { step, steps, loss } = progress;
      io.complain(
        `training: step ${formatCount(step)} of ${formatCount(steps)}, loss ${loss.toFixed(3)}, ` +
          `${rateOf(progress)} programs/s${lookOf(progress)}`,
      );
    },
    stop: () => undefined,
  };
}

function rateOf({ samplesPerSecond }: TrainingProgress): string {
  return formatCount(Math.round(samplesPerSecond));
}

function lookOf({ validation }: TrainingProgress): string {
  if (validation === undefined) return '';
  const { loss, mapePercent, pairwiseAccuracy } = validation;
  return [
    ...(loss === undefined ? [] : [` | validation loss ${loss.toFixed(3)}`]),
    ...(mapePercent === undefined ? [] : [` | MAPE ${mapePercent.toFixed(1)} %`]),
    ...(pairwiseAccuracy === undefined
      ? []
      : [` | ${(100 * pairwiseAccuracy).toFixed(1)} % of pairs`]),
  ].join('');
}
