import { systemClock } from '../base';
import type { TuneOptions } from '../config';
import { loopNestSource } from '../features';
import { SEARCH_SPACE } from '../hyperparameters';
import { tuneFromStore } from '../study';
import type { CommandIo } from './command-io';
import { openTensors } from './open-tensors';
import { createProgress } from './progress';
import { createTuningDisplay } from './tuning-progress';
import { formatParameters, formatTrials } from './tuning-tables';
import { withData } from './with-data';

/** Searches settings; prints the best trials, what mattered, and a line of JSON. */
export async function tune(options: TuneOptions, io: CommandIo): Promise<void> {
  const { data, choice, trials, study: file, seed, settings, out, python } = options;
  const stop = new AbortController();
  io.stopRequested().then(() => stop.abort());
  const reading = createProgress(io, 'reading', systemClock);
  const display = createTuningDisplay(io, systemClock);
  try {
    const result = await withData(data, io, (store) =>
      tuneFromStore({
        store,
        source: loopNestSource,
        choice,
        trials,
        place: { python, file },
        seed,
        settings,
        out,
        openTensors,
        clock: systemClock,
        signal: stop.signal,
        onRead: ({ recordsDone, total }) => {
          if (recordsDone < total) {
            reading.update({ name: 'records', done: recordsDone, total, recordsDone });
          } else reading.stop();
        },
        onProgress: (progress) => display.update(progress),
      }),
    );
    display.stop();
    io.print(`${formatTrials(result)}\n`);
    io.print(`${formatParameters(SEARCH_SPACE, result)}\n`);
    const { best } = result;
    io.print(
      JSON.stringify({
        event: 'tuned',
        study: file,
        trials: result.trials.length,
        best: best.number,
        objective: best.value,
        settings: out,
      }),
    );
  } finally {
    reading.stop();
    display.stop();
  }
}
