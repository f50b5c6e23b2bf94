import { bootstrap, type Estimate } from './bootstrap';
import { COVERAGE_LEVELS, calibration } from './calibration';
import type { Evaluation, RankEvaluation, TaskEvaluation } from './evaluation';
import type { Judged } from './judged';
import { addPairs, type PairCounts } from './pairwise';
import { ResampledMedian } from './resampled-median';
import { sumTasks, type TaskSums } from './task-sums';

export interface EvaluationOptions {
  /** Of the intervals. */
  readonly seed: number;
  /** Programs that a task needs to be in rank figures; default 48. */
  readonly leastRecordsForRank?: number | undefined;
  /** Of each interval; default 1000, 0 for none. */
  readonly resamples?: number | undefined;
}

export const LEAST_RECORDS_FOR_RANK = 48;

/** A figure of some tasks. */
type Statistic = (tasks: readonly TaskSums[]) => number;
type Estimator = (tasks: readonly TaskSums[], statistic: Statistic) => Estimate | null;

/**
 * Every figure, with 95 % intervals over samples of tasks. INVALID_ARGUMENT where a latency is
 * none. Error figures are over all programs; rank figures over the tasks with enough of them.
 */
export function evaluateJudged(
  judged: readonly Judged[],
  { seed, leastRecordsForRank = LEAST_RECORDS_FOR_RANK, resamples }: EvaluationOptions,
): Evaluation {
  const tasks = sumTasks(judged);
  const estimate: Estimator = (of, statistic) =>
    orNull(bootstrap(of, statistic, { seed, resamples }));
  const calibrated = calibration(judged);
  const ofCalibrated = calibrated === null ? [] : tasks;
  return {
    tasks: tasks.length,
    programs: judged.length,
    mapePercent: estimate(tasks, (of) => (100 * sum(of, (t) => t.errorSum)) / countOf(of)),
    medianApePercent: estimateMedian(tasks, { seed, resamples }),
    within20: estimate(tasks, shareWithin(tasks, 20)),
    within10: estimate(tasks, shareWithin(tasks, 10)),
    within5: estimate(tasks, shareWithin(tasks, 5)),
    rank: evaluateRank(tasks, leastRecordsForRank, estimate),
    calibration: calibrated,
    coverage: COVERAGE_LEVELS.flatMap((nominal, level) => {
      const observed = estimate(
        ofCalibrated,
        (of) => sum(of, (t) => t.covered[level] as number) / countOf(of),
      );
      return observed === null ? [] : [{ nominal, observed }];
    }),
    negativeLogLikelihood: estimate(
      ofCalibrated,
      (of) => sum(of, (t) => t.negativeLogLikelihoodSum) / countOf(of),
    ),
    perTask: tasks.map(evaluateTask),
  };
}

function evaluateRank(
  all: readonly TaskSums[],
  leastRecords: number,
  estimate: Estimator,
): RankEvaluation {
  const tasks = all.filter((task) => task.count >= leastRecords);
  const pairsOf = (of: readonly TaskSums[]) => addPairs(of.map((task) => task.pairs));
  const apartOf = (of: readonly TaskSums[]) => addPairs(of.map((task) => task.pairsApart));
  const ordered = tasks.filter((task) => !Number.isNaN(task.spearman));
  return {
    leastRecords,
    tasks: tasks.length,
    programs: countOf(tasks),
    leftOutTasks: all.length - tasks.length,
    leftOutPrograms: countOf(all) - countOf(tasks),
    pairwise: estimate(tasks, (of) => pairsOf(of).pooled),
    pairwiseApart: estimate(tasks, (of) => apartOf(of).pooled),
    pairwiseMean: estimate(tasks, (of) => pairsOf(of).meanOverTasks),
    pairwiseApartMean: estimate(tasks, (of) => apartOf(of).meanOverTasks),
    spearman: estimate(ordered, (of) => sum(of, (t) => t.spearman) / of.length),
    peak1: estimate(tasks, (of) => sum(of, (t) => t.peak1) / of.length),
    peak5: estimate(tasks, (of) => sum(of, (t) => t.peak5) / of.length),
  };
}

function evaluateTask(task: TaskSums): TaskEvaluation {
  const { taskId, count, bestLatencySeconds, errorSum, errors, peak1, peak5 } = task;
  return {
    taskId,
    programs: count,
    bestLatencySeconds,
    mapePercent: (100 * errorSum) / count,
    medianApePercent: 100 * new ResampledMedian([errors]).of([0]),
    pairwise: shareOf(task.pairs),
    pairwiseApart: shareOf(task.pairsApart),
    spearman: Number.isNaN(task.spearman) ? null : task.spearman,
    peak1,
    peak5,
  };
}

/** Counted once a task, not once a sample. */
function shareWithin(tasks: readonly TaskSums[], percent: number): Statistic {
  const within = new Map(
    tasks.map((task) => [task, task.errors.filter((error) => error <= percent / 100).length]),
  );
  return (of) => sum(of, (task) => within.get(task) as number) / countOf(of);
}

function estimateMedian(
  tasks: readonly TaskSums[],
  options: { readonly seed: number; readonly resamples: number | undefined },
): Estimate | null {
  const median = new ResampledMedian(tasks.map((task) => task.errors));
  const places = tasks.map((_, place) => place);
  return orNull(bootstrap(places, (sample) => 100 * median.of(sample), options));
}

function shareOf({ pairs, correct }: PairCounts): number | null {
  return pairs === 0 ? null : correct / pairs;
}

function orNull(estimate: Estimate): Estimate | null {
  return Number.isNaN(estimate.value) ? null : estimate;
}

function countOf(tasks: readonly TaskSums[]): number {
  return sum(tasks, (task) => task.count);
}

function sum(tasks: readonly TaskSums[], of: (task: TaskSums) => number): number {
  return tasks.reduce((total, task) => total + of(task), 0);
}
