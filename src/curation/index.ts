export { type ExportOptions, type ExportReport, exportLogs } from './export-log';
export type { LogReport } from './import-log';
export { type ImportPlan, type PlanOptions, planImport } from './import-plan';
export {
  type DatasetReport,
  type ImportOptions,
  type ImportProgress,
  type ImportTotals,
  importRecords,
} from './import-records';
export type { LogSource } from './log-source';
export { type NamedTask, readTaskBundle } from './task-bundle';
