export {
  type BootstrapOptions,
  bootstrap,
  DEFAULT_RESAMPLES,
  type Estimate,
} from './bootstrap';
export {
  type Calibration,
  COVERAGE_LEVELS,
  type Coverage,
  calibration,
  type DeviationBin,
} from './calibration';
export { accuracyWithin, mape, medianApe } from './error-rates';
export { type EvaluationOptions, evaluateJudged, LEAST_RECORDS_FOR_RANK } from './evaluate-judged';
export type { Evaluation, RankEvaluation, TaskEvaluation } from './evaluation';
export type { Judged } from './judged';
export { addPairs, type PairCounts, type PairwiseAccuracy, pairwiseAccuracy } from './pairwise';
export { peakAt } from './peak';
export { spearman } from './rank-correlation';
export { APART_GAP, sumTasks, type TaskSums } from './task-sums';
