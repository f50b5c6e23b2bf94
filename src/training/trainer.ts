import type { Tf } from '../tensor';
import type { TrainingRequest, TrainingResult } from './training-request';
import { TrainingRun } from './training-run';

/**
 * Trains a latency model; the same request gives the same weights on the same
 * machine, also where it was interrupted and went on from a checkpoint.
 *
 * Stopped by its signal, it returns what it has, or CANCELLED where that is not yet
 * worth the name, or where a checkpoint was kept to go on from. ABORTED where the
 * training diverges. Leaves no tensor behind.
 */
export async function train(tf: Tf, request: TrainingRequest): Promise<TrainingResult> {
  const run = new TrainingRun(tf, request, await request.checkpoint?.load());
  try {
    return await run.toEnd();
  } finally {
    run.dispose();
  }
}
