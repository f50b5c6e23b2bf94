/** Programs as points, for choosing among them: what is known before a device is measured. */
import type { FeatureSchema } from '../features';
import { fitStandardisation, type ModelState } from '../model';
import type { Tf } from '../tensor';
import { type Example, embedExamples, predictExamples } from '../training';

export interface ViewedPrograms {
  /** [programs, width], columns of any scale. */
  readonly points: Float32Array;
  readonly width: number;
  /** Of each program, positive. */
  readonly predictedSeconds: Float64Array;
  /** Of each program: standard deviation of its predicted ln(latency), positive. */
  readonly deviations?: Float64Array;
}

/** Must not look at labels. */
export type ViewPrograms = (examples: readonly Example[]) => ViewedPrograms;

/** By a model: the embedding that it gives a program, its latency, its uncertainty. */
export function modelView(tf: Tf, state: ModelState): ViewPrograms {
  return (examples) => {
    const points = embedExamples(tf, state, examples);
    const { latencySeconds, logDeviation } = predictExamples(tf, state, examples);
    return {
      points,
      width: points.length / examples.length,
      predictedSeconds: latencySeconds,
      deviations: logDeviation,
    };
  };
}

/**
 * Without a model: the leaf vectors of a program, their mean (each leaf counts for its share of the
 * analytical estimate) and their maximum. Loops, memory traffic against the caches and the terms
 * of the estimate are in them, and with these whether arithmetic or memory bounds the program. The
 * estimate stands for the predicted latency.
 */
export function featureView({ leaf }: FeatureSchema): ViewPrograms {
  const shareColumn = leaf.indexOf('estimate.share');
  const width = 2 * leaf.length;
  return (examples) => {
    const points = new Float32Array(examples.length * width);
    examples.forEach(({ program }, i) => {
      const row = points.subarray(i * width, (i + 1) * width);
      pool(program.leaves, leaf.length, shareColumn, row);
    });
    const predictedSeconds = Float64Array.from(examples, ({ logEstimate }) =>
      Math.exp(logEstimate),
    );
    return { points, width, predictedSeconds };
  };
}

/** Writes mean and maximum of the leaves' columns; `shareColumn` -1: all leaves count alike. */
function pool(
  leaves: Float32Array,
  leafWidth: number,
  shareColumn: number,
  row: Float32Array,
): void {
  const count = leaves.length / leafWidth;
  const shares = Array.from({ length: count }, (_, l) =>
    shareColumn < 0 ? 1 : Math.max(0, leaves[l * leafWidth + shareColumn] as number),
  );
  const total = shares.reduce((sum, share) => sum + share, 0);
  for (let c = 0; c < leafWidth; c++) {
    let mean = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let l = 0; l < count; l++) {
      const value = leaves[l * leafWidth + c] as number;
      mean += value * (total > 0 ? (shares[l] as number) / total : 1 / count);
      most = Math.max(most, value);
    }
    row[c] = mean;
    row[leafWidth + c] = most;
  }
}

/** Part of the squared distances between programs that their predicted latencies make, about. */
const LATENCY_SHARE = 0.2;

/** Brings views of one kind to one scale, fitted on some of them. */
export function fitScale(view: ViewedPrograms): (other: ViewedPrograms) => Float32Array {
  const { width } = view;
  const columns = fitStandardisation([view.points], width);
  const latency = fitStandardisation([Float32Array.from(view.predictedSeconds, Math.log)], 1);
  const gain = Math.sqrt((width * LATENCY_SHARE) / (1 - LATENCY_SHARE));
  return ({ points, predictedSeconds }) => {
    const scaled = new Float32Array(predictedSeconds.length * (width + 1));
    predictedSeconds.forEach((seconds, i) => {
      const at = i * (width + 1);
      for (let c = 0; c < width; c++) {
        scaled[at + c] =
          ((points[i * width + c] as number) - (columns.mean[c] as number)) *
          (columns.inverseDeviation[c] as number);
      }
      const log = Math.log(seconds) - (latency.mean[0] as number);
      scaled[at + width] = log * (latency.inverseDeviation[0] as number) * gain;
    });
    return scaled;
  };
}
