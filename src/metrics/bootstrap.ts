import { createRng } from '../base';

/** A figure with the interval in which it would be for other tasks of the same kind. */
export interface Estimate {
  readonly value: number;
  /** Null where there are fewer than two tasks to draw from: nothing is known of others then. */
  readonly low: number | null;
  readonly high: number | null;
}

export interface BootstrapOptions {
  readonly seed: number;
  /** Default 1000; 0 for no interval. */
  readonly resamples?: number | undefined;
  /** Share of the resamples within the interval; default 0.95. */
  readonly level?: number | undefined;
}

export const DEFAULT_RESAMPLES = 1000;
const DEFAULT_LEVEL = 0.95;

/**
 * Percentile interval of a bootstrap over tasks (Efron and Tibshirani 1993, section 13.3). Whole
 * tasks are drawn, with what belongs to them: programs of one task resemble each other, and
 * drawing these would give an interval that is far too narrow.
 *
 * The same seed draws the same places for any statistic over equally many tasks. Two predictors
 * are compared by one bootstrap over pairs of their figures, not by two.
 *
 * @param tasks what stands for a task: its sums, for one
 * @param statistic of a sample as long as `tasks`; resamples of which it is NaN are left out. The
 *   sample is used again: it must not be kept.
 */
export function bootstrap<T>(
  tasks: readonly T[],
  statistic: (sample: readonly T[]) => number,
  { seed, resamples = DEFAULT_RESAMPLES, level = DEFAULT_LEVEL }: BootstrapOptions,
): Estimate {
  const value = statistic(tasks);
  if (tasks.length < 2) return { value, low: null, high: null };
  const rng = createRng(seed);
  const sample: T[] = [...tasks];
  const values: number[] = [];
  for (let r = 0; r < resamples; r++) {
    for (let i = 0; i < sample.length; i++) sample[i] = tasks[rng.nextInt(tasks.length)] as T;
    const resampled = statistic(sample);
    if (!Number.isNaN(resampled)) values.push(resampled);
  }
  const ascending = Float64Array.from(values).sort();
  return {
    value,
    low: quantile(ascending, (1 - level) / 2),
    high: quantile(ascending, (1 + level) / 2),
  };
}

/** Linear between neighbours (Hyndman and Fan 1996, definition 7); null of nothing. */
function quantile(ascending: Float64Array, share: number): number | null {
  const place = share * (ascending.length - 1);
  const lower = ascending[Math.floor(place)];
  const upper = ascending[Math.ceil(place)];
  if (lower === undefined || upper === undefined) return null;
  return lower + (place - Math.floor(place)) * (upper - lower);
}
