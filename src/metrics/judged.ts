import { invalidArgument } from '../errors';

/** One program with its measured and its predicted latency. */
export interface Judged {
  /** Programs are ranked within a task only. */
  readonly taskId: string;
  /** Measured; positive. */
  readonly latencySeconds: number;
  /** Positive. */
  readonly predictedSeconds: number;
  /** Predicted standard deviation of ln(latency); 0 where the predictor has none. */
  readonly logStandardDeviation: number;
}

/** The programs of one task, in columns: N programs. */
export interface JudgedTask {
  readonly taskId: string;
  readonly count: number;
  /** [N] seconds, measured. */
  readonly latencies: Float64Array;
  /** [N] seconds, predicted. */
  readonly predictions: Float64Array;
  /** [N] of ln(latency). */
  readonly deviations: Float64Array;
}

/**
 * One entry a task, in the order of their first programs. INVALID_ARGUMENT for what is no
 * latency: a figure over it would be one of nothing.
 */
export function groupByTask(judged: readonly Judged[]): readonly JudgedTask[] {
  const members = new Map<string, Judged[]>();
  judged.forEach((one, index) => {
    assertJudged(one, index);
    const known = members.get(one.taskId);
    if (known === undefined) members.set(one.taskId, [one]);
    else known.push(one);
  });
  return [...members].map(([taskId, all]) => ({
    taskId,
    count: all.length,
    latencies: Float64Array.from(all, (one) => one.latencySeconds),
    predictions: Float64Array.from(all, (one) => one.predictedSeconds),
    deviations: Float64Array.from(all, (one) => one.logStandardDeviation),
  }));
}

function assertJudged(one: Judged, index: number): void {
  const { latencySeconds, predictedSeconds, logStandardDeviation } = one;
  for (const [field, seconds] of Object.entries({ latencySeconds, predictedSeconds })) {
    if (!(seconds > 0 && seconds < Number.POSITIVE_INFINITY)) {
      throw invalidArgument(
        `judged[${index}].${field} is ${seconds}; it must be a finite number above 0`,
      );
    }
  }
  if (!(logStandardDeviation >= 0 && logStandardDeviation < Number.POSITIVE_INFINITY)) {
    throw invalidArgument(
      `judged[${index}].logStandardDeviation is ${logStandardDeviation}; it must be a finite number of at least 0`,
    );
  }
}
