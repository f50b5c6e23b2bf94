import { isLogTask, type MeasuredRecord, measuredLatencySeconds } from '../program';
import type { AppendPart, RecordStore } from '../store';
import { keyedFor } from './adoption';
import { openDataset } from './dataset-reader';
import type { DatasetRecord } from './measurement-rows';

export interface ImportDatasetOptions {
  readonly store: Pick<RecordStore, 'putTask' | 'putLogTask' | 'appendBatch'>;
  readonly dir: string;
  readonly onProgress?: (progress: {
    readonly recordsDone: number;
    readonly recordsTotal: number;
  }) => void;
}

export interface ImportDatasetResult {
  /** Whole tasks. */
  readonly tasks: number;
  /** Tasks known by a log alone. */
  readonly logTasks: number;
  readonly records: number;
  /** Records with a latency, and those of failed measurements. */
  readonly valid: number;
  readonly failed: number;
  /** Records that are new in the store, and those that it held. */
  readonly accepted: number;
  readonly duplicates: number;
}

/**
 * Puts a dataset into a store, whole tasks first. Idempotent: what the store has counts as a
 * duplicate, so that an import that was broken off is done again from the start.
 */
export async function importDataset(options: ImportDatasetOptions): Promise<ImportDatasetResult> {
  const { store, dir, onProgress } = options;
  const { card, tasks, batches } = await openDataset(dir);
  /** Ids in the store by ids in the dataset: a log task may stand for a whole one by now. */
  const storedIds = new Map<string, string>();
  for (const task of tasks.values()) {
    if (isLogTask(task)) continue;
    await store.putTask(task);
    storedIds.set(task.id, task.id);
  }
  for (const task of tasks.values()) {
    if (isLogTask(task)) storedIds.set(task.id, await store.putLogTask(task));
  }
  let records = 0;
  let valid = 0;
  let accepted = 0;
  let duplicates = 0;
  for await (const batch of batches()) {
    for (const [source, parts] of bySource(batch, storedIds)) {
      const result = await store.appendBatch(parts, source);
      accepted += result.accepted;
      duplicates += result.duplicates;
    }
    records += batch.length;
    valid += batch.filter(({ record }) => measuredLatencySeconds(record) !== undefined).length;
    onProgress?.({ recordsDone: records, recordsTotal: card.total.records });
  }
  const logTasks = [...tasks.values()].filter(isLogTask).length;
  return {
    tasks: tasks.size - logTasks,
    logTasks,
    records,
    valid,
    failed: records - valid,
    accepted,
    duplicates,
  };
}

/** Runs of one source and one task, in the order of the dataset: sequences follow it. */
function bySource(
  batch: readonly DatasetRecord[],
  storedIds: ReadonlyMap<string, string>,
): readonly (readonly [source: string, parts: readonly AppendPart[]])[] {
  const runs: [source: string, parts: { taskId: string; records: MeasuredRecord[] }[]][] = [];
  for (const { task, record, source } of batch) {
    const taskId = storedIds.get(task.id) ?? task.id;
    let run = runs.at(-1);
    if (run === undefined || run[0] !== source) {
      run = [source, []];
      runs.push(run);
    }
    let part = run[1].at(-1);
    if (part === undefined || part.taskId !== taskId) {
      part = { taskId, records: [] };
      run[1].push(part);
    }
    part.records.push(keyedFor(task.id, taskId, record));
  }
  return runs;
}
