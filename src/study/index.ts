export { type ChosenPartition, choosePartition } from './choose-partition';
export { describeSample, type SampleToDescribe } from './describe-sample';
export { type EvaluateRequest, evaluate } from './evaluate';
export type { EvaluationReport, ReportedTask } from './evaluation-report';
export { type FinetuneRequest, finetuneFromStore, tuningSides } from './finetune';
export { type JudgeOptions, judgeCorpus } from './judge-corpus';
export type { LearningOutcome, LearningRequest } from './learn-and-save';
export { type OpenedModel, openModel } from './open-model';
export { featureView, modelView, type ViewedPrograms, type ViewPrograms } from './program-view';
export { chooseSample, type SampledCandidate, type SampleRequest } from './sample';
export {
  type CandidateOptions,
  type SampleCandidate,
  sampleCandidates,
} from './sample-candidates';
export { type TrainRequest, trainFromStore } from './train';
export { type TrainedModel, type TrainModelRequest, trainModel } from './train-model';
export { type TuneRequest, tuneFromStore } from './tune';
export {
  firstPoints,
  type Objective,
  type ReportLook,
  type TuningProgress,
  type TuningRequest,
  type TuningResult,
  tuneHyperparameters,
} from './tune-hyperparameters';
