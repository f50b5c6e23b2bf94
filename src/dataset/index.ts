export type { DatasetAbout, DatasetCard } from './dataset-card';
export {
  type Dataset,
  type DatasetContent,
  isDatasetFolder,
  openDataset,
  readCard,
} from './dataset-reader';
export { DatasetWriter } from './dataset-writer';
export {
  type ExportDatasetOptions,
  type ExportDatasetResult,
  exportDataset,
} from './export-dataset';
export {
  type ImportDatasetOptions,
  type ImportDatasetResult,
  importDataset,
} from './import-dataset';
export type { DatasetRecord } from './measurement-rows';
export { medianOf, type NoiseFloor, NoiseFloorMeter } from './noise-floor';
