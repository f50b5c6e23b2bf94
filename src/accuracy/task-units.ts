/** Figures over tasks, folds and seeds together, and their intervals. */
import { bootstrap, type Estimate, type TaskEvaluation } from '../metrics';
import type { Metric } from './protocol-file';

/** One task of one fold; what is drawn by the bootstrap. */
export interface TaskUnit {
  /** One a seed; undefined: not tested under that seed. */
  readonly bySeed: readonly (TaskEvaluation | undefined)[];
}

/** Two predictors on one task. */
export interface PairedUnit {
  readonly ours: TaskUnit;
  readonly other: TaskUnit;
}

export interface StatisticOptions {
  /** Tasks with fewer programs are in no rank figure. */
  readonly leastRecordsForRank: number;
}

/**
 * Mean over seeds of a figure over tasks. Errors are weighed by programs, as one list of all
 * programs would; rank figures are means over tasks. NaN of nothing.
 */
export function statistic(
  metric: Metric,
  units: readonly TaskUnit[],
  options: StatisticOptions,
): number {
  const seeds = units.reduce((most, unit) => Math.max(most, unit.bySeed.length), 0);
  let sum = 0;
  let count = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const value = overTasks(metric, units, seed, options);
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

function overTasks(
  metric: Metric,
  units: readonly TaskUnit[],
  seed: number,
  { leastRecordsForRank }: StatisticOptions,
): number {
  const isError = metric === 'mape' || metric === 'median-ape';
  let sum = 0;
  let weights = 0;
  for (const unit of units) {
    const task = unit.bySeed[seed];
    if (task === undefined) continue;
    if (!isError && task.programs < leastRecordsForRank) continue;
    const value = figureOf(metric, task);
    if (value === null) continue;
    const weight = metric === 'mape' ? task.programs : 1;
    sum += weight * value;
    weights += weight;
  }
  return weights === 0 ? Number.NaN : sum / weights;
}

/** `median-ape` over tasks is the mean of the tasks' medians: one median cannot be added up. */
function figureOf(metric: Metric, task: TaskEvaluation): number | null {
  switch (metric) {
    case 'mape':
      return task.mapePercent;
    case 'median-ape':
      return task.medianApePercent;
    case 'pairwise':
      return task.pairwiseApart;
    case 'pairwise-all':
      return task.pairwise;
    case 'spearman':
      return task.spearman;
    case 'peak1':
      return task.peak1;
    case 'peak5':
      return task.peak5;
  }
}

export interface IntervalOptions extends StatisticOptions {
  readonly bootstrapSeed: number;
  readonly resamples: number;
}

/** Null where there is nothing that the figure could be of. */
export function estimateOf(
  metric: Metric,
  units: readonly TaskUnit[],
  options: IntervalOptions,
): Estimate | null {
  return estimate(units, (sample) => statistic(metric, sample, options), options);
}

/** Ours minus the other, drawn together. */
export function differenceOf(
  metric: Metric,
  units: readonly PairedUnit[],
  options: IntervalOptions,
): Estimate | null {
  return estimate(
    units,
    (sample) =>
      statistic(metric, ours(sample), options) - statistic(metric, others(sample), options),
    options,
  );
}

/** Share of the other's error that ours saves: 1 - ours / other, of means over seeds. */
export function savedShareOf(
  units: readonly PairedUnit[],
  options: IntervalOptions,
): Estimate | null {
  return estimate(
    units,
    (sample) =>
      1 - statistic('mape', ours(sample), options) / statistic('mape', others(sample), options),
    options,
  );
}

function ours(units: readonly PairedUnit[]): readonly TaskUnit[] {
  return units.map((unit) => unit.ours);
}

function others(units: readonly PairedUnit[]): readonly TaskUnit[] {
  return units.map((unit) => unit.other);
}

function estimate<Unit>(
  units: readonly Unit[],
  figure: (sample: readonly Unit[]) => number,
  { bootstrapSeed, resamples }: IntervalOptions,
): Estimate | null {
  const found = bootstrap(units, figure, { seed: bootstrapSeed, resamples });
  return Number.isNaN(found.value) ? null : found;
}
