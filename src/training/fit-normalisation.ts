import {
  fitLabelTransform,
  fitStandardisation,
  fitTarget,
  type LabelKind,
  type LabelTransform,
  type LatencyModelConfig,
  labelBase,
  type Normalisation,
  toLabel,
} from '../model';
import type { Example, TrainingSet } from './examples';

/**
 * Fitted on what is learned from, never on what is held out.
 *
 * @param labels of this kind, fitted too; or as they are
 */
export function fitNormalisation(
  config: LatencyModelConfig,
  examples: readonly Example[],
  labels: LabelKind | LabelTransform,
): Normalisation {
  const label = typeof labels === 'string' ? fitLabelTransform(labels, examples) : labels;
  const target = fitTarget(
    Float64Array.from(examples, (example) => toLabel(label, example, example.logLatency)),
  );
  return {
    leaf: fitStandardisation(
      examples.map((example) => example.program.leaves),
      config.leafWidth,
    ),
    device: fitStandardisation(
      examples.map((example) => example.device),
      config.deviceWidth,
    ),
    label,
    targetMean: target.mean,
    targetDeviation: target.deviation,
    residualShare: 1,
  };
}

/** Tasks whose programs are all alike must not blow up the gaps between them. */
const LEAST_GAP_UNIT = 0.05;

/**
 * The unit of gaps in the ranking loss: how far ln(latency) less the label's base lies from its
 * mean over the task, root mean square over all tasks. So a gap weighs alike whether the label has
 * the levels of the tasks in it or not.
 */
export function fitGapUnit({ tasks, examples }: TrainingSet, label: LabelTransform): number {
  let squares = 0;
  let count = 0;
  for (const members of tasks) {
    if (members.length < 2) continue;
    const above = members.map((i) => {
      const example = examples[i] as Example;
      return example.logLatency - labelBase(label, example);
    });
    const mean = above.reduce((sum, x) => sum + x, 0) / above.length;
    squares += above.reduce((sum, x) => sum + (x - mean) ** 2, 0);
    count += above.length;
  }
  return Math.max(LEAST_GAP_UNIT, Math.sqrt(squares / Math.max(1, count)));
}
