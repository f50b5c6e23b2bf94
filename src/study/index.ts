export { type ChosenPartition, choosePartition } from './choose-partition';
export { type OpenedModel, openModel } from './open-model';
export {
  firstPoints,
  type Objective,
  type ReportLook,
  type TuningProgress,
  type TuningRequest,
  type TuningResult,
  tuneHyperparameters,
} from './tune-hyperparameters';
