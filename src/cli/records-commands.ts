import { systemClock } from '../base';
import type {
  RecordsExportOptions,
  RecordsImportOptions,
  RecordsListOptions,
  RecordsPruneOptions,
  RecordsStatsOptions,
} from '../config';
import {
  type DatasetReport,
  exportLogs,
  importRecords,
  type LogReport,
  planImport,
} from '../curation';
import { exportDataset } from '../dataset';
import { Code, PredictorError } from '../errors';
import { recordPages } from '../store';
import type { CommandIo } from './command-io';
import { readAbout } from './dataset-about';
import { formatCount } from './format-text';
import { createProgress } from './progress';
import { recordFacts, summaryFacts } from './record-facts';
import { importTable, recordsTable, statsTable, taskDetail, tasksTable } from './records-tables';
import { withStore, withStoreThatIs } from './with-store';

/** Imports logs, collections and datasets. DATA_LOSS, after everything is stored, for broken lines. */
export async function importIntoStore(
  paths: readonly string[],
  options: RecordsImportOptions,
  io: CommandIo,
): Promise<void> {
  const plan = await planImport({ paths, ...options });
  const logs: LogReport[] = [];
  const datasets: DatasetReport[] = [];
  const totals = await withStore(options, async (store) => {
    const progress = createProgress(io, 'importing', systemClock);
    try {
      return await importRecords(store, plan, {
        again: options.again,
        onProgress: progress.update,
        onLog: (log) => {
          logs.push(log);
          if (options.json) io.print(JSON.stringify({ event: 'log', ...log }));
        },
        onDataset: (dataset) => {
          datasets.push(dataset);
          if (options.json) io.print(JSON.stringify({ event: 'dataset', ...dataset }));
        },
      });
    } finally {
      progress.stop();
    }
  });
  if (options.json) io.print(JSON.stringify({ event: 'imported', ...totals }));
  else if (logs.length + datasets.length > 0) io.print(importTable(datasets, logs, totals));
  logs.forEach((log) => {
    complainOfBroken(log, io);
  });
  if (totals.broken > 0) {
    throw new PredictorError(
      Code.DataLoss,
      `${formatCount(totals.broken)} lines are no records; all others are stored`,
    );
  }
}

function complainOfBroken({ path, broken, brokenLines }: LogReport, io: CommandIo): void {
  for (const { number, reason } of brokenLines) io.complain(`${path}:${number}: ${reason}`);
  const unnamed = broken - brokenLines.length;
  if (unnamed > 0) io.complain(`${path}: ${formatCount(unnamed)} more broken lines`);
}

/** Writes a log, a folder of logs, or a dataset. */
export async function exportFromStore(
  out: string,
  options: RecordsExportOptions,
  io: CommandIo,
): Promise<void> {
  const { filter } = options;
  await withStoreThatIs(options, async (store) => {
    const { total } = await store.stats(filter);
    const progress = createProgress(io, 'exporting', systemClock);
    const onProgress = (recordsDone: number): void =>
      progress.update({ name: out, done: recordsDone, total: total.records, recordsDone });
    try {
      const report =
        options.format === 'dataset'
          ? await exportDataset({
              store,
              dir: out,
              filter,
              about: await readAbout(options.aboutFile),
              nowSeconds: systemClock.wallSeconds(),
              onProgress: ({ recordsDone }) => onProgress(recordsDone),
            })
          : await exportLogs(store, out, { ...options, onProgress });
      io.print(JSON.stringify({ event: 'exported', out, ...report }));
    } finally {
      progress.stop();
    }
  });
}

/** Lists tasks with their counts, or records one by one. */
export async function listStore(options: RecordsListOptions, io: CommandIo): Promise<void> {
  const { filter, limit, json } = options;
  await withStoreThatIs(options, async (store) => {
    if (options.records) {
      for await (const page of recordPages(store, filter, limit)) {
        if (!json) io.print(recordsTable(page));
        else for (const stored of page) io.print(JSON.stringify(recordFacts(stored)));
      }
      return;
    }
    const summaries = await store.listTasks(filter);
    const shown = summaries.slice(0, limit);
    if (json) {
      for (const summary of shown) io.print(JSON.stringify(summaryFacts(summary)));
      return;
    }
    io.print(tasksTable(shown));
    const unseen = summaries.length - shown.length;
    if (unseen > 0) io.complain(`${formatCount(unseen)} more tasks; --limit shows more`);
  });
}

/** Prints counts of all, of each device and of each network; of one task its particulars too. */
export async function printStats(options: RecordsStatsOptions, io: CommandIo): Promise<void> {
  const { filter, json } = options;
  await withStoreThatIs(options, async (store) => {
    const stats = await store.stats(filter);
    const tasks = json || filter.taskId !== undefined ? await store.listTasks(filter) : [];
    if (json) {
      io.print(JSON.stringify({ ...stats, tasks: tasks.map(summaryFacts) }));
      return;
    }
    const [only, ...others] = tasks;
    if (only !== undefined && others.length === 0) {
      io.print(`${taskDetail(only.task)}\n\n${tasksTable([only])}\n`);
    }
    io.print(statsTable(stats));
  });
}

/** Removes records, or says what would go. */
export async function pruneStore(options: RecordsPruneOptions, io: CommandIo): Promise<void> {
  const { filter, keepBest, keepNewest, yes, json } = options;
  const rules = { ...filter, keepBest, keepNewestRepetition: keepNewest };
  const { records, tasks } = await withStoreThatIs(options, (store) => store.prune(rules, !yes));
  if (json) {
    io.print(JSON.stringify({ event: yes ? 'pruned' : 'would-prune', records, tasks }));
    return;
  }
  const what = `${formatCount(records)} records of ${formatCount(tasks)} tasks`;
  io.print(yes ? `removed ${what}` : `would remove ${what}; give --yes to remove them`);
}
