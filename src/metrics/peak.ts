import { groupByTask, type Judged, type JudgedTask } from './judged';
import { ascendingOrder } from './order';

/**
 * Best latency over the best among the `k` programs that are predicted to be fastest: 1 where
 * measuring these would have found the best. Of programs predicted as equal the slower ones are
 * taken first: nothing is won by not telling programs apart.
 */
export function peakOf({ latencies, predictions }: JudgedTask, k: number): number {
  const order = ascendingOrder(predictions, latencies.map(negated));
  const chosen = order
    .subarray(0, k)
    .reduce((best, index) => Math.min(best, latencies[index] as number), Number.POSITIVE_INFINITY);
  return latencies.reduce((best, latency) => Math.min(best, latency)) / chosen;
}

/** peak@k: mean of `peakOf` over tasks; NaN of none. */
export function peakAt(judged: readonly Judged[], k: number): number {
  const tasks = groupByTask(judged);
  return tasks.reduce((sum, task) => sum + peakOf(task, k), 0) / tasks.length;
}

function negated(value: number): number {
  return -value;
}
