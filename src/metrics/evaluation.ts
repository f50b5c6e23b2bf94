import type { Estimate } from './bootstrap';
import type { Calibration } from './calibration';

/** Order within tasks; over tasks with enough programs to speak of one. */
export interface RankEvaluation {
  /** Programs that a task needs to be in these figures. */
  readonly leastRecords: number;
  readonly tasks: number;
  readonly programs: number;
  /** Tasks with fewer programs, and how many these have together. */
  readonly leftOutTasks: number;
  readonly leftOutPrograms: number;
  /** Pooled over pairs that were measured unequal; a share. Null where there is none, as below. */
  readonly pairwise: Estimate | null;
  /** Pooled over pairs measured more than 5 % apart. */
  readonly pairwiseApart: Estimate | null;
  /** Mean of the tasks' accuracies. */
  readonly pairwiseMean: Estimate | null;
  readonly pairwiseApartMean: Estimate | null;
  /** Mean over tasks. */
  readonly spearman: Estimate | null;
  /** Mean over tasks of best latency / best latency among the one, or five, predicted fastest. */
  readonly peak1: Estimate | null;
  readonly peak5: Estimate | null;
}

/** Figures of one task; null where it has none. */
export interface TaskEvaluation {
  readonly taskId: string;
  readonly programs: number;
  readonly bestLatencySeconds: number;
  readonly mapePercent: number;
  readonly medianApePercent: number;
  readonly pairwise: number | null;
  readonly pairwiseApart: number | null;
  readonly spearman: number | null;
  readonly peak1: number;
  readonly peak5: number;
}

/** All figures of a predictor over judged programs; plain data, fit for JSON. */
export interface Evaluation {
  readonly tasks: number;
  readonly programs: number;
  /** Null of nothing, as below. */
  readonly mapePercent: Estimate | null;
  readonly medianApePercent: Estimate | null;
  /** Share of the programs that are predicted within 20, 10 and 5 % of what was measured. */
  readonly within20: Estimate | null;
  readonly within10: Estimate | null;
  readonly within5: Estimate | null;
  readonly rank: RankEvaluation;
  /** Null where the predictor tells no uncertainty. */
  readonly calibration: Calibration | null;
  /** The same coverage, with intervals; empty where there is no calibration. */
  readonly coverage: readonly { readonly nominal: number; readonly observed: Estimate }[];
  readonly negativeLogLikelihood: Estimate | null;
  /** In the order of the tasks' first programs. */
  readonly perTask: readonly TaskEvaluation[];
}
