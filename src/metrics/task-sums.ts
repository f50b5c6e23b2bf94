import { COVERAGE_LEVELS, centralShare, negativeLogLikelihood } from './calibration';
import { relativeError } from './error-rates';
import { groupByTask, type Judged, type JudgedTask } from './judged';
import { countPairs, type PairCounts } from './pairwise';
import { peakOf } from './peak';
import { spearmanOf } from './rank-correlation';

/** Measured further apart than this share of the faster one, an order is more than noise. */
export const APART_GAP = 0.05;

/** What is known of one task: figures over tasks, and over samples of them, are added up from it. */
export interface TaskSums {
  readonly taskId: string;
  readonly count: number;
  /** [count] |predicted - measured| / measured. */
  readonly errors: Float64Array;
  readonly errorSum: number;
  readonly bestLatencySeconds: number;
  readonly pairs: PairCounts;
  /** Of those more than `APART_GAP` apart. */
  readonly pairsApart: PairCounts;
  /** NaN where the task has no order. */
  readonly spearman: number;
  readonly peak1: number;
  readonly peak5: number;
  /** Programs within the central interval of each of `COVERAGE_LEVELS`. */
  readonly covered: readonly number[];
  /** Infinite or NaN where a deviation is 0. */
  readonly negativeLogLikelihoodSum: number;
}

/** One entry a task, in the order of their first programs. INVALID_ARGUMENT where a latency is none. */
export function sumTasks(judged: readonly Judged[]): readonly TaskSums[] {
  return groupByTask(judged).map(sumTask);
}

function sumTask(task: JudgedTask): TaskSums {
  const programs = programsOf(task);
  const errors = Float64Array.from(programs, relativeError);
  const shares = Float64Array.from(programs, centralShare);
  return {
    taskId: task.taskId,
    count: task.count,
    errors,
    errorSum: errors.reduce((sum, error) => sum + error, 0),
    bestLatencySeconds: task.latencies.reduce((best, latency) => Math.min(best, latency)),
    pairs: countPairs(task, 0),
    pairsApart: countPairs(task, APART_GAP),
    spearman: spearmanOf(task),
    peak1: peakOf(task, 1),
    peak5: peakOf(task, 5),
    covered: COVERAGE_LEVELS.map((level) => shares.filter((share) => share <= level).length),
    negativeLogLikelihoodSum: programs.reduce((sum, one) => sum + negativeLogLikelihood(one), 0),
  };
}

function programsOf({ taskId, latencies, predictions, deviations }: JudgedTask): Judged[] {
  return Array.from(latencies, (latencySeconds, i) => ({
    taskId,
    latencySeconds,
    predictedSeconds: predictions[i] as number,
    logStandardDeviation: deviations[i] as number,
  }));
}
