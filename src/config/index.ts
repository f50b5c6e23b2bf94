export { type Address, parseAddress } from './address';
export { CLIENT_OPTION_SPECS, type ClientOptions, loadClientOptions } from './client-options';
export { readCredentialFile, readTokenFile } from './credential-files';
export { DATA_OPTION_SPECS, type DataOptions, dataOptionsOf, dataShape } from './data-options';
export {
  DEVICES_LIST_OPTION_SPECS,
  DEVICES_PROBE_OPTION_SPECS,
  type DevicesListOptions,
  type DevicesProbeOptions,
  loadDevicesListOptions,
  loadDevicesProbeOptions,
} from './devices-options';
export {
  EVALUATE_OPTION_SPECS,
  type EvaluateOptions,
  loadEvaluateOptions,
} from './evaluate-options';
export {
  FINETUNE_OPTION_SPECS,
  type FinetuneOptions,
  type LearningOptions,
  loadFinetuneOptions,
  loadTrainOptions,
  TRAIN_OPTION_SPECS,
  type TrainOptions,
} from './learning-options';
export type { Environment, GivenOptions, OptionSpec } from './option-spec';
export { commandLine, processEnvironment, setMissingVariables } from './process';
export {
  loadRecordsExportOptions,
  loadRecordsImportOptions,
  loadRecordsListOptions,
  loadRecordsPruneOptions,
  loadRecordsStatsOptions,
  type RecordsExportOptions,
  type RecordsImportOptions,
  type RecordsListOptions,
  type RecordsOptions,
  type RecordsPruneOptions,
  type RecordsStatsOptions,
} from './records-options';
export {
  RECORDS_EXPORT_SPECS,
  RECORDS_IMPORT_SPECS,
  RECORDS_LIST_SPECS,
  RECORDS_PRUNE_SPECS,
  RECORDS_STATS_SPECS,
} from './records-specs';
export { loadSampleOptions, SAMPLE_OPTION_SPECS, type SampleOptions } from './sample-options';
export {
  loadServeOptions,
  SERVE_OPTION_SPECS,
  type ServeOptions,
  type ShippedModelOptions,
} from './serve-options';
export {
  SPLIT_CHOICE_SPECS,
  type SplitChoice,
  splitChoiceOf,
  splitChoiceShape,
} from './split-choice-options';
export { loadSplitsOptions, SPLITS_OPTION_SPECS, type SplitsOptions } from './splits-options';
export { loadStoreLocation, STORE_OPTION_SPECS, type StoreLocation } from './store-options';
export { loadTuneOptions, TUNE_OPTION_SPECS, type TuneOptions } from './tune-options';
