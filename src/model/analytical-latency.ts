/**
 * What analysis says of a latency, and how far to believe it.
 *
 * base = ln(reference) + slope · (ln(estimate) − ln(reference))
 *
 * The reference is one number for all programs of a task, its lower bound; the
 * estimate is a program's own. An estimate may stretch the differences between
 * programs; the slope, fitted on training data, takes that back, so that the
 * network need not spend its few examples on it.
 */

/** Natural logarithms of seconds. */
export interface AnalyticalLatency {
  readonly logEstimate: number;
  readonly logReference: number;
}

/** An estimate with its latency, of one of several groups (tasks) that each have a level of their own. */
export interface MeasuredEstimate {
  readonly logEstimate: number;
  readonly logLatency: number;
  readonly taskId: string;
}

export function logBase(slope: number, { logEstimate, logReference }: AnalyticalLatency): number {
  return logReference + slope * (logEstimate - logReference);
}

/** Squares of ln(estimate) that speak for a slope of 1 before any data does. */
const PRIOR_SQUARES = 1;
const SLOPE_RANGE: readonly [number, number] = [0.2, 1.2];

/** Least squares within the tasks, drawn to 1 where there is little data. */
export function fitEstimateSlope(points: readonly MeasuredEstimate[]): number {
  const sums = new Map<string, { count: number; estimate: number; latency: number }>();
  for (const { taskId, logEstimate, logLatency } of points) {
    const sum = sums.get(taskId) ?? { count: 0, estimate: 0, latency: 0 };
    sum.count++;
    sum.estimate += logEstimate;
    sum.latency += logLatency;
    sums.set(taskId, sum);
  }
  let products = PRIOR_SQUARES;
  let squares = PRIOR_SQUARES;
  for (const { taskId, logEstimate, logLatency } of points) {
    const { count, estimate, latency } = sums.get(taskId) as {
      count: number;
      estimate: number;
      latency: number;
    };
    const x = logEstimate - estimate / count;
    products += x * (logLatency - latency / count);
    squares += x * x;
  }
  const [least, most] = SLOPE_RANGE;
  return Math.max(least, Math.min(most, products / squares));
}
