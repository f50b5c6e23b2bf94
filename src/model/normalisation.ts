/**
 * What brings raw numbers to mean 0 and deviation 1. Fitted on training data
 * alone and stored with the model: never on what is being predicted.
 */
import type { LabelTransform } from './label-transform';

/** Column by column: `(x - mean) * inverseDeviation`. */
export interface Standardisation {
  readonly mean: Float32Array;
  /** 0 for a column that never varied: it says nothing, so it is not looked at. */
  readonly inverseDeviation: Float32Array;
}

export interface Normalisation {
  /** Of leaf vectors, F columns. */
  readonly leaf: Standardisation;
  /** Of device vectors, D columns. */
  readonly device: Standardisation;
  /** What the network learns. */
  readonly label: LabelTransform;
  /** Of the labels. */
  readonly targetMean: number;
  readonly targetDeviation: number;
  /**
   * Share of the network's deviation from the labels' mean that is believed when it
   * predicts; above 0, at most 1. What is learned from few examples overshoots.
   */
  readonly residualShare: number;
}

/** Below this a column is constant but for rounding. */
const LEAST_DEVIATION = 1e-5;
/** A task whose programs are all alike must not blow up its targets. */
const LEAST_TARGET_DEVIATION = 0.05;

/** @param rows row-major matrices, each of `width` columns. */
export function fitStandardisation(rows: Iterable<Float32Array>, width: number): Standardisation {
  const sums = new Float64Array(width);
  const squares = new Float64Array(width);
  // Shifted by the first row, so that a large mean does not drown the deviation.
  let shift: Float32Array | undefined;
  let count = 0;
  for (const matrix of rows) {
    for (let start = 0; start + width <= matrix.length && width > 0; start += width) {
      shift ??= matrix.slice(0, width);
      for (let c = 0; c < width; c++) {
        const x = (matrix[start + c] as number) - (shift[c] as number);
        sums[c] = (sums[c] as number) + x;
        squares[c] = (squares[c] as number) + x * x;
      }
      count++;
    }
  }
  const mean = new Float32Array(width);
  const inverseDeviation = new Float32Array(width);
  for (let c = 0; c < width && count > 0; c++) {
    const m = (sums[c] as number) / count;
    const deviation = Math.sqrt(Math.max(0, (squares[c] as number) / count - m * m));
    mean[c] = m + ((shift as Float32Array)[c] as number);
    inverseDeviation[c] = deviation < LEAST_DEVIATION ? 0 : 1 / deviation;
  }
  return { mean, inverseDeviation };
}

export function fitTarget(targets: ArrayLike<number>): { mean: number; deviation: number } {
  const values = Float64Array.from(targets);
  const mean = values.reduce((sum, y) => sum + y, 0) / values.length;
  const variance = values.reduce((sum, y) => sum + (y - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.max(LEAST_TARGET_DEVIATION, Math.sqrt(variance)) };
}
