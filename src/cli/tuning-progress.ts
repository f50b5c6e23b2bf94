import { Presets, SingleBar } from 'cli-progress';
import type { Clock } from '../base';
import type { TuningProgress } from '../study';
import type { CommandIo } from './command-io';
import { formatDuration } from './format-text';

export interface TuningDisplay {
  update(progress: TuningProgress): void;
  /** Takes the bar away. */
  stop(): void;
}

/** A bar on a terminal; elsewhere a line for each trial that ended. */
export function createTuningDisplay(io: CommandIo, clock: Clock): TuningDisplay {
  const { terminal } = io;
  const left = createTimeLeft(clock);
  if (terminal !== undefined) return createBar(terminal, left);
  return {
    update: (progress) => {
      const seconds = left(progress);
      if (progress.state !== 'running') io.complain(`${describe(progress)}, ${leftText(seconds)}`);
    },
    stop: () => undefined,
  };
}

function createBar(terminal: NodeJS.WriteStream, left: TimeLeft): TuningDisplay {
  const bar = new SingleBar(
    {
      format: 'tuning {bar} {value}/{total} | {state} | {left}',
      stream: terminal,
      clearOnComplete: true,
      barsize: 24,
    },
    Presets.shades_grey,
  );
  let isStarted = false;
  return {
    update: (progress) => {
      const payload = { state: describe(progress), left: leftText(left(progress)) };
      if (!isStarted) bar.start(progress.trials, progress.finished, payload);
      isStarted = true;
      bar.update(progress.finished, payload);
    },
    stop: () => {
      if (isStarted) bar.stop();
    },
  };
}

/** `trial 7: 0.312 at look 4, best 0.291 (trial 3)`. */
function describe({ trial, state, look, value, best }: TuningProgress): string {
  const words = [state, value?.toPrecision(4), look === undefined ? undefined : `at look ${look}`];
  const now = words.filter((word) => word !== undefined && word !== 'running').join(' ');
  const soFar =
    best === undefined ? '' : `, best ${best.value.toPrecision(4)} (trial ${best.number})`;
  return `trial ${trial}: ${now || 'begun'}${soFar}`;
}

function leftText(seconds: number | undefined): string {
  return seconds === undefined ? 'time left not known yet' : `${formatDuration(seconds)} left`;
}

type TimeLeft = (progress: TuningProgress) => number | undefined;

/** By the mean time of a trial of this run; undefined before the first has ended. */
function createTimeLeft(clock: Clock): TimeLeft {
  let start: { readonly ms: number; readonly finished: number } | undefined;
  return ({ finished, trials }) => {
    start ??= { ms: clock.nowMs(), finished };
    const done = finished - start.finished;
    if (done === 0) return undefined;
    const seconds = (clock.nowMs() - start.ms) / 1000;
    return Math.max(0, (seconds / done) * (trials - finished));
  };
}
