export { BatchSampler, type BatchSettings, type SamplerState, type StepBatch } from './batches';
export { bounded, type CmdSettings, centralMomentDiscrepancy } from './central-moments';
export type { CheckpointPort, TrainingCheckpoint } from './checkpoint';
export { decodeCheckpoint, encodeCheckpoint } from './checkpoint-codec';
export {
  createTrainingSet,
  type Example,
  type TrainingSet,
  type UnlabelledProgram,
} from './examples';
export { fitGapUnit, fitNormalisation } from './fit-normalisation';
export {
  huber,
  type LabelScale,
  type LossSettings,
  type LossTargets,
  likelihood,
  relativeError,
  trainingLoss,
} from './losses';
export {
  AdamW,
  type AdamWSettings,
  DEFAULT_ADAMW,
  learningRateAt,
  type OptimizerState,
} from './optimizer';
export { formatTrainingSettings, parseTrainingSettings } from './parse-settings';
export { type ExamplePredictions, embedExamples, predictExamples } from './predict-examples';
export { packRankSlots, type RankSlots } from './rank-groups';
export { type RankGroups, type RankingSettings, rankingLoss } from './ranking-loss';
export {
  DEFAULT_SETTINGS,
  type DeviceTableSettings,
  FINETUNE_SETTINGS,
  OFFLINE_SETTINGS,
  stepsFor,
  type TrainingSettings,
} from './settings';
export { train } from './trainer';
export type { TrainingPoint } from './training-point';
export type { TrainingProgress, TrainingRequest, TrainingResult } from './training-request';
export {
  BestWeights,
  type JudgedWeights,
  type ValidationFigure,
  type ValidationFigures,
  type ValidationSettings,
} from './validation';
export { type KnownModel, type WarmStart, type WarmStartSettings, warmStart } from './warm-start';
