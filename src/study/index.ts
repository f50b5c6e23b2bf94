export { type ChosenPartition, choosePartition } from './choose-partition';
export { type EvaluateRequest, evaluate } from './evaluate';
export type { EvaluationReport, ReportedTask } from './evaluation-report';
export { type FinetuneRequest, finetuneFromStore, tuningSides } from './finetune';
export { type JudgeOptions, judgeCorpus } from './judge-corpus';
export type { LearningOutcome, LearningRequest } from './learn-and-save';
export { type OpenedModel, openModel } from './open-model';
export { type TrainRequest, trainFromStore } from './train';
export { type TrainedModel, type TrainModelRequest, trainModel } from './train-model';
export {
  firstPoints,
  type Objective,
  type ReportLook,
  type TuningProgress,
  type TuningRequest,
  type TuningResult,
  tuneHyperparameters,
} from './tune-hyperparameters';
