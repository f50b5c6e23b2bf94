import {
  type DatasetReport,
  type ImportTotals,
  importRecords,
  type LogReport,
  planImport,
} from '../../src/curation';
import type { RecordStore } from '../../src/store';

export interface ImportOutcome {
  readonly totals: ImportTotals;
  readonly logs: readonly LogReport[];
  readonly datasets: readonly DatasetReport[];
}

/** Imports paths as logs of the device `local`, which is that of `domainTask`. */
export async function runImport(
  store: RecordStore,
  paths: readonly string[],
  options: { again?: boolean; taskBundles?: readonly string[]; deviceName?: string } = {},
): Promise<ImportOutcome> {
  const { again = false, taskBundles = [], deviceName = 'local' } = options;
  const plan = await planImport({ paths, deviceName, deviceFromFolder: false, taskBundles });
  const logs: LogReport[] = [];
  const datasets: DatasetReport[] = [];
  const totals = await importRecords(store, plan, {
    again,
    onProgress: () => undefined,
    onLog: (report) => logs.push(report),
    onDataset: (report) => datasets.push(report),
  });
  return { totals, logs, datasets };
}
