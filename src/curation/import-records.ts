import { basename } from 'node:path';
import { type ImportDatasetResult, importDataset } from '../dataset';
import type { RecordStore } from '../store';
import { importLog, type LogReport } from './import-log';
import type { ImportPlan } from './import-plan';
import type { LogSource } from './log-source';
import { TaskResolver } from './log-tasks';
import { readTaskBundle } from './task-bundle';

/** What a dataset held and what became of it. */
export interface DatasetReport extends ImportDatasetResult {
  readonly path: string;
}

/** Sums of an import. */
export interface ImportTotals {
  /** Whole tasks put, from bundles and datasets. */
  readonly tasks: number;
  readonly datasets: number;
  readonly logs: number;
  /** Of logs. */
  readonly lines: number;
  /** Of logs and datasets, as are the counts below. */
  readonly records: number;
  readonly valid: number;
  readonly failed: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly broken: number;
}

/** How far the dataset, or all logs together, have come. */
export interface ImportProgress {
  /** Of the log or dataset under way. */
  readonly name: string;
  /** Records of a dataset; bytes of all logs, compressed where these are. */
  readonly done: number;
  readonly total: number;
  /** Records stored or found held so far. */
  readonly recordsDone: number;
}

export interface ImportOptions {
  /** Reads logs too that an earlier import has read whole. */
  readonly again: boolean;
  readonly onProgress: (progress: ImportProgress) => void;
  /** Each log as soon as it is stored. */
  readonly onLog: (report: LogReport) => void;
  readonly onDataset: (report: DatasetReport) => void;
}

/** Does what the plan says: tasks, then datasets, then logs one by one. */
export async function importRecords(
  store: RecordStore,
  plan: ImportPlan,
  options: ImportOptions,
): Promise<ImportTotals> {
  const totals = {
    tasks: 0,
    datasets: 0,
    logs: 0,
    lines: 0,
    records: 0,
    valid: 0,
    failed: 0,
    accepted: 0,
    duplicates: 0,
    broken: 0,
  };
  for (const path of plan.taskBundles) {
    for await (const { task } of readTaskBundle(path)) {
      await store.putTask(task);
      totals.tasks += 1;
    }
  }
  for (const dir of plan.datasets) {
    const before = totals.records;
    const result = await importDataset({
      store,
      dir,
      onProgress: ({ recordsDone, recordsTotal }) =>
        options.onProgress({
          name: basename(dir),
          done: recordsDone,
          total: recordsTotal,
          recordsDone: before + recordsDone,
        }),
    });
    options.onDataset({ path: dir, ...result });
    addTo(totals, { datasets: 1, ...result });
  }
  for await (const report of importLogs(store, plan.logs, totals.records, options)) {
    options.onLog(report);
    addTo(totals, { logs: 1, ...report });
  }
  return Object.freeze(totals);
}

async function* importLogs(
  store: RecordStore,
  logs: readonly LogSource[],
  recordsBefore: number,
  { again, onProgress }: ImportOptions,
): AsyncGenerator<LogReport> {
  const tasks = new TaskResolver(store);
  const total = logs.reduce((sum, log) => sum + log.sizeBytes, 0);
  let recordsDone = recordsBefore;
  let finished = 0;
  for (const log of logs) {
    let done = finished;
    const tell = (): void => onProgress({ name: log.name, done, total, recordsDone });
    const onRead = (byteCount: number): void => {
      done += byteCount;
      tell();
    };
    const onStored = (recordCount: number): void => {
      recordsDone += recordCount;
      tell();
    };
    yield await importLog(store, tasks, log, { again, onRead, onStored });
    // By the size in the plan: the sum stays true where a log was passed over, or has grown.
    finished += log.sizeBytes;
  }
}

/** Adds the counts that both have. */
function addTo(totals: Record<string, number>, counts: object): void {
  for (const [name, count] of Object.entries(counts)) {
    const sum = totals[name];
    if (sum !== undefined && typeof count === 'number') totals[name] = sum + count;
  }
}
