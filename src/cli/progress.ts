import { Presets, SingleBar } from 'cli-progress';
import type { Clock } from '../base';
import type { CommandIo } from './command-io';
import { formatCount } from './format-text';

/** Shows how far a command has come. */
export interface Progress {
  /** `done` of `total`; the rate and the time left follow from them, the records are shown. */
  update(state: { name: string; done: number; total: number; recordsDone: number }): void;
  /** Takes the bar away. */
  stop(): void;
}

/** Between two lines where there is no terminal for a bar. */
const LINE_INTERVAL_MS = 10_000;

export function createProgress(io: CommandIo, verb: string, clock: Clock): Progress {
  const { terminal } = io;
  return terminal === undefined ? createLines(io, verb, clock) : createBar(terminal, verb, clock);
}

function createBar(terminal: NodeJS.WriteStream, verb: string, clock: Clock): Progress {
  const bar = new SingleBar(
    {
      format: `${verb} {bar} {percentage} % | {records} records, {rate}/s | {eta_formatted} left | {name}`,
      stream: terminal,
      clearOnComplete: true,
      barsize: 24,
    },
    Presets.shades_grey,
  );
  const startMs = clock.nowMs();
  let isStarted = false;
  return {
    update({ name, done, total, recordsDone }) {
      const rate = recordsDone / Math.max(0.001, (clock.nowMs() - startMs) / 1000);
      const payload = {
        name,
        records: formatCount(recordsDone),
        rate: formatCount(Math.round(rate)),
      };
      if (!isStarted) bar.start(total, done, payload);
      else if (bar.getTotal() !== total) bar.setTotal(total);
      isStarted = true;
      bar.update(done, payload);
    },
    stop: () => {
      if (isStarted) bar.stop();
    },
  };
}

function createLines(io: CommandIo, verb: string, clock: Clock): Progress {
  let lastMs = clock.nowMs();
  return {
    update({ name, done, total, recordsDone }) {
      const nowMs = clock.nowMs();
      if (nowMs - lastMs < LINE_INTERVAL_MS) return;
      lastMs = nowMs;
      const percent = total > 0 ? ` (${Math.floor((100 * done) / total)} %)` : '';
      io.complain(`${verb} ${name}: ${formatCount(recordsDone)} records so far${percent}`);
    },
    stop: () => undefined,
  };
}
