export { BatchSampler, type BatchSettings, type StepBatch } from './batches';
export { createTrainingSet, type Example, type TrainingSet } from './examples';
export { type LossSettings, type LossTargets, pairWeights, trainingLoss } from './losses';
export { AdamW, type AdamWSettings, DEFAULT_ADAMW, learningRateAt } from './optimizer';
export { DEFAULT_SETTINGS, stepsFor, type TrainingSettings } from './settings';
export { fitNormalisation, type TrainingRequest, type TrainingResult, train } from './trainer';
