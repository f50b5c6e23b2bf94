import type { AnalyticalLatency, LeafSequence } from '../model';

/** A program on a device, of which no latency is known. */
export interface UnlabelledProgram {
  readonly program: LeafSequence;
  /** [D], raw. */
  readonly device: Float32Array;
  /** As its card calls it. */
  readonly deviceName: string;
}

/** One measured program, ready to be learned from. */
export interface Example extends UnlabelledProgram, AnalyticalLatency {
  /** Programs are ranked within a task only. */
  readonly taskId: string;
  /** ln of the measured seconds. */
  readonly logLatency: number;
  /** How much it counts beside others; default 1. */
  readonly weight?: number;
}

/** Examples with what batches need to know of them. */
export interface TrainingSet {
  readonly examples: readonly Example[];
  /** Of each example: which task it belongs to, from 0. */
  readonly taskIndices: Int32Array;
  /** Of each example: how much it counts; their mean is 1. */
  readonly weights: Float32Array;
  /** Of each task: the indices of its examples. */
  readonly tasks: readonly (readonly number[])[];
}

/**
 * @param evenShare share of an example's weight that does not depend on its
 *   latency. The rest goes with best / latency: search looks at the fast end, and
 *   so does the training (One-Shot Tuner, Ryu et al. 2022, section 4, biases its
 *   samples alike).
 */
export function createTrainingSet(examples: readonly Example[], evenShare: number): TrainingSet {
  const indexOf = new Map<string, number>();
  const tasks: number[][] = [];
  const best: number[] = [];
  const taskIndices = Int32Array.from(examples, ({ taskId, logLatency }, i) => {
    let task = indexOf.get(taskId);
    if (task === undefined) {
      task = tasks.length;
      indexOf.set(taskId, task);
      tasks.push([]);
      best.push(Number.POSITIVE_INFINITY);
    }
    (tasks[task] as number[]).push(i);
    best[task] = Math.min(best[task] as number, logLatency);
    return task;
  });
  const weights = Float32Array.from(examples, ({ logLatency, weight = 1 }, i) => {
    const relative = Math.exp((best[taskIndices[i] as number] as number) - logLatency);
    return weight * (evenShare + (1 - evenShare) * relative);
  });
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / Math.max(1, weights.length);
  for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] as number) / mean;
  return { examples, taskIndices, weights, tasks };
}
