import type { ChosenTask } from './task-points';

/**
 * One task after the other, each time the one that gains most given those before; the lowest index
 * among equals.
 *
 * @param gainOf what adding the task would gain now
 * @param take adds it; tells why
 */
export function chooseGreedily(
  taskCount: number,
  count: number,
  gainOf: (task: number) => number,
  take: (task: number, gain: number) => string,
): readonly ChosenTask[] {
  const chosen: ChosenTask[] = [];
  const isChosen = new Uint8Array(taskCount);
  while (chosen.length < Math.min(count, taskCount)) {
    let best = -1;
    let most = Number.NEGATIVE_INFINITY;
    for (let task = 0; task < taskCount; task++) {
      if (isChosen[task] === 1) continue;
      const gain = gainOf(task);
      if (best >= 0 && gain <= most) continue;
      best = task;
      most = gain;
    }
    isChosen[best] = 1;
    chosen.push({ task: best, reason: take(best, most) });
  }
  return chosen;
}

/** `12.3 %` of a share. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
