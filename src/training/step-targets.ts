import { labelBase, type Normalisation, toLabel } from '../model';
import type { Tf } from '../tensor';
import type { StepBatch } from './batches';
import type { Example, TrainingSet } from './examples';
import type { LossTargets } from './losses';
import { packRankSlots } from './rank-groups';

/**
 * What the losses compare a step with; tensors are released by the caller's scope.
 *
 * @param programCount P, with padding
 */
export function stepTargets(
  tf: Tf,
  set: TrainingSet,
  { indices, chunkSizes }: StepBatch,
  programCount: number,
  { label, targetMean, targetDeviation }: Normalisation,
): LossTargets {
  const targets = new Float32Array(programCount);
  const weights = new Float32Array(programCount);
  const bases = new Float32Array(programCount);
  const logLatencies = new Float32Array(programCount);
  indices.forEach((index, p) => {
    const example = set.examples[index] as Example;
    targets[p] = (toLabel(label, example, example.logLatency) - targetMean) / targetDeviation;
    weights[p] = set.weights[index] as number;
    bases[p] = labelBase(label, example);
    logLatencies[p] = example.logLatency;
  });
  const { rows, slotsPerRow, programs, chunks } = packRankSlots(chunkSizes);
  return {
    targets: tf.tensor1d(targets),
    weights: tf.tensor1d(weights),
    bases: tf.tensor1d(bases),
    logLatencies: tf.tensor1d(logLatencies),
    groups: {
      rows,
      slotsPerRow,
      programs: tf.tensor1d(programs, 'int32'),
      tasks: tf.tensor2d(chunks, [rows, slotsPerRow]),
    },
  };
}
