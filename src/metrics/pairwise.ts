/** How many pairs of programs of one task are predicted in the order in which they were measured. */
import { FenwickTree } from './fenwick-tree';
import { groupByTask, type Judged, type JudgedTask } from './judged';
import { ascendingOrder, denseRanks } from './order';

export interface PairCounts {
  /** Pairs that were measured at unequal latencies, as far apart as is asked. */
  readonly pairs: number;
  /** Of these, those predicted in the right order; a pair predicted as equal is half a one. */
  readonly correct: number;
}

/**
 * Counts in O(N log N). Walks the programs by measured latency and keeps those that are far
 * enough below in a tree over the predicted ranks, so that each asks it once how many of them are
 * predicted to be faster.
 *
 * @param leastGap a pair counts where slower > faster × (1 + leastGap): 0 for all that differ,
 *   0.05 for those more than 5 % apart.
 */
export function countPairs(
  { latencies, predictions, count }: JudgedTask,
  leastGap: number,
): PairCounts {
  const order = ascendingOrder(latencies);
  const ranks = denseRanks(predictions);
  const tree = new FenwickTree(count);
  let pairs = 0;
  let correct = 0;
  let faster = 0;
  for (const slower of order) {
    const latency = latencies[slower] as number;
    while (latency > (latencies[order[faster] as number] as number) * (1 + leastGap)) {
      tree.add(ranks[order[faster] as number] as number);
      faster++;
    }
    const rank = ranks[slower] as number;
    const below = tree.countBelow(rank);
    const equal = tree.countBelow(rank + 1) - below;
    pairs += faster;
    correct += below + equal / 2;
  }
  return { pairs, correct };
}

export interface PairwiseAccuracy {
  /** Over all pairs of all tasks: tasks with many programs count most; NaN of no pairs. */
  readonly pooled: number;
  /** Mean of the tasks' accuracies, over tasks that have a pair; NaN of none. */
  readonly meanOverTasks: number;
  readonly pairs: number;
  /** Tasks that have a pair. */
  readonly tasks: number;
}

/** Within tasks. @param leastGap as `countPairs` has it. */
export function pairwiseAccuracy(
  judged: readonly Judged[],
  { leastGap }: { readonly leastGap: number },
): PairwiseAccuracy {
  return addPairs(groupByTask(judged).map((task) => countPairs(task, leastGap)));
}

/** @param tasks one entry a task */
export function addPairs(tasks: readonly PairCounts[]): PairwiseAccuracy {
  let pairs = 0;
  let correct = 0;
  let shares = 0;
  let count = 0;
  for (const task of tasks) {
    if (task.pairs === 0) continue;
    pairs += task.pairs;
    correct += task.correct;
    shares += task.correct / task.pairs;
    count++;
  }
  return { pooled: correct / pairs, meanOverTasks: shares / count, pairs, tasks: count };
}
