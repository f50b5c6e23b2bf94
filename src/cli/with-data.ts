import { systemClock } from '../base';
import type { DataOptions } from '../config';
import { importRecords, planImport } from '../curation';
import { MemoryRecordStore, type RecordStore } from '../store';
import type { CommandIo } from './command-io';
import { createProgress } from './progress';
import { withStoreThatIs } from './with-store';

/** The store, or a dataset read into memory, for as long as the action takes. */
export async function withData<T>(
  options: DataOptions,
  io: CommandIo,
  action: (store: RecordStore) => Promise<T>,
): Promise<T> {
  const { dataset } = options;
  if (dataset === undefined) return withStoreThatIs(options, action);
  const plan = await planImport({
    paths: [dataset],
    deviceName: undefined,
    deviceFromFolder: false,
    taskBundles: [],
  });
  const store = new MemoryRecordStore();
  try {
    const progress = createProgress(io, 'reading', systemClock);
    try {
      await importRecords(store, plan, {
        again: false,
        onProgress: progress.update,
        onLog: () => undefined,
        onDataset: () => undefined,
      });
    } finally {
      progress.stop();
    }
    return await action(store);
  } finally {
    await store.dispose();
  }
}
