import { groupByTask, type Judged, type JudgedTask } from './judged';
import { averageRanks } from './order';

/**
 * Spearman's rank correlation of measured and predicted latency, equal values sharing the mean of
 * their ranks. NaN where all programs were measured equal: then there is no order to find. 0 where
 * all are predicted equal and not measured so: such a predictor knows nothing of the order.
 */
export function spearmanOf({ latencies, predictions }: JudgedTask): number {
  const measured = averageRanks(latencies);
  const predicted = averageRanks(predictions);
  // The mean of ranks is the same, with equal values or without.
  const mean = (measured.length + 1) / 2;
  let products = 0;
  let measuredSquares = 0;
  let predictedSquares = 0;
  for (let i = 0; i < measured.length; i++) {
    const x = (measured[i] as number) - mean;
    const y = (predicted[i] as number) - mean;
    products += x * y;
    measuredSquares += x * x;
    predictedSquares += y * y;
  }
  if (measuredSquares === 0) return Number.NaN;
  return predictedSquares === 0 ? 0 : products / Math.sqrt(measuredSquares * predictedSquares);
}

/** Mean over the tasks that have an order; NaN of none. */
export function spearman(judged: readonly Judged[]): number {
  const found = groupByTask(judged)
    .map(spearmanOf)
    .filter((value) => !Number.isNaN(value));
  return found.reduce((sum, value) => sum + value, 0) / found.length;
}
