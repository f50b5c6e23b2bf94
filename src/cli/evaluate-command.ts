import { systemClock } from '../base';
import type { EvaluateOptions } from '../config';
import { type EvaluationReport, evaluate } from '../study';
import type { CommandIo } from './command-io';
import { openTensors } from './open-tensors';
import { createProgress, type Progress } from './progress';
import { withData } from './with-data';

/** Judges a model, writes the report, and prints its main figures as one line of JSON. */
export async function evaluateModel(options: EvaluateOptions, io: CommandIo): Promise<void> {
  const stop = new AbortController();
  void io.stopRequested().then(() => stop.abort());
  const report = await withData(options.data, io, async (store) => {
    const reading = createProgress(io, 'reading', systemClock);
    let judging: Progress | undefined;
    try {
      return await evaluate({
        store,
        modelFolder: options.model,
        choice: options.choice,
        deviceName: options.deviceName,
        out: options.out,
        seed: options.seed,
        leastRecordsForRank: options.leastRecordsForRank,
        openTensors,
        signal: stop.signal,
        onRead: ({ recordsDone, total }) => {
          reading.update({ name: 'records', done: recordsDone, total, recordsDone });
          if (recordsDone === total) reading.stop();
        },
        onJudged: (done, total) => {
          // Begun when it begins: the rate counts from then.
          judging ??= createProgress(io, 'judging', systemClock);
          judging.update({ name: 'programs', done, total, recordsDone: done });
        },
      });
    } finally {
      reading.stop();
      judging?.stop();
    }
  });
  io.print(JSON.stringify({ event: 'evaluated', out: options.out, ...outcomeOf(report) }));
}

function outcomeOf({ overall }: EvaluationReport): object {
  const { programs, tasks, mapePercent, medianApePercent, rank } = overall.evaluation;
  return {
    programs,
    tasks,
    mapePercent,
    medianApePercent,
    pairwise: rank.pairwise,
    pairwiseApart: rank.pairwiseApart,
    peak1: rank.peak1,
    peak5: rank.peak5,
    rankedTasks: rank.tasks,
    leftOutTasks: rank.leftOutTasks,
  };
}
