import type { Tensor, Tensor2D, Tf } from '../tensor';
import { denseOfData, denseSpecs } from './blocks';
import type { LatencyModelConfig } from './config';
import { type ParameterSpec, type Parameters, pick, vector } from './parameters';

/** A standardised column is cut here: what is this far out was never seen, and is no reason to extrapolate. */
export const STANDARDISED_LIMIT = 5;

export function embeddingSpecs(config: LatencyModelConfig): ParameterSpec[] {
  return [
    ...denseSpecs('embedding', config.leafWidth, config.width),
    // Positions start quieter than the features: amplitudes are learned.
    vector('embedding.position_gain', config.width, 0.3),
  ];
}

/**
 * Leaf vectors and where they stand, as the encoder's input.
 *
 * @param leaves [R, F] standardised
 * @param positions [R] int32, pre-order serial numbers
 * @param depths [R] int32
 * @param table [positions, d/2] from `sinusoids`
 * @returns [R, d]
 */
export function embed(
  tf: Tf,
  parameters: Parameters,
  leaves: Tensor2D,
  positions: Tensor,
  depths: Tensor,
  table: Tensor2D,
): Tensor2D {
  const places = tf.concat2d(
    [tf.gather(table, positions as never), tf.gather(table, depths as never)],
    1,
  ); // [R, d]
  return denseOfData(tf, parameters, 'embedding', leaves).add(
    places.mul(pick(parameters, 'embedding.position_gain')),
  );
}

/** By count and width; a new version of a model must not wait for what the last one had, too. */
const tables = new Map<string, Float32Array>();

/**
 * Sinusoids of whole numbers below `count`: [count, width], sines in the even
 * columns and cosines of the same frequency in the odd ones (Vaswani et al. 2017,
 * section 3.5). Not to be written to: it is the same array each time.
 */
export function sinusoids(count: number, width: number): Float32Array {
  const key = `${count} x ${width}`;
  const values = tables.get(key) ?? computeSinusoids(count, width);
  tables.set(key, values);
  return values;
}

function computeSinusoids(count: number, width: number): Float32Array {
  const values = new Float32Array(count * width);
  for (let position = 0; position < count; position++) {
    for (let column = 0; column < width; column += 2) {
      const angle = position / 10000 ** (column / width);
      values[position * width + column] = Math.sin(angle);
      if (column + 1 < width) values[position * width + column + 1] = Math.cos(angle);
    }
  }
  return values;
}

/** Standardises and cuts: [rows, columns] with vectors [columns]. */
export function standardise(x: Tensor2D, mean: Tensor, inverseDeviation: Tensor): Tensor2D {
  return x
    .sub<Tensor2D>(mean)
    .mul<Tensor2D>(inverseDeviation)
    .clipByValue(-STANDARDISED_LIMIT, STANDARDISED_LIMIT) as Tensor2D;
}
