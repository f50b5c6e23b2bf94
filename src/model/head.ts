/**
 * From encoded leaves to a distribution of the standardised target: pooling, the
 * device card by feature-wise modulation (FiLM, Perez et al. 2018, equation 1),
 * and M small decoders side by side. P programs of L leaves, width d, device
 * vectors of D numbers, decoders of width e.
 */
import type { Tensor, Tensor2D, Tensor3D, Tf } from '../tensor';
import { dense, denseSpecs } from './blocks';
import type { LatencyModelConfig } from './config';
import { type ParameterSpec, type Parameters, pick } from './parameters';

/** Far enough below every encoded value that padding never wins the maximum. */
const BELOW_ALL = 1e9;
const DEVICE_HIDDEN = 32;
/** A sum over leaves, scaled so that a handful of them gives numbers near 1. */
const SUM_SCALE = 1 / 8;

export function headSpecs(config: LatencyModelConfig): ParameterSpec[] {
  const { width, decoderWidth, deviceWidth, decoders } = config;
  return [
    ...denseSpecs('pooling', 3 * width, decoderWidth, Math.SQRT2),
    ...(deviceWidth === 0
      ? []
      : [
          ...denseSpecs('device_in', deviceWidth, DEVICE_HIDDEN, Math.SQRT2),
          // Near zero: a model that has seen one device starts as if there were no card.
          ...denseSpecs('device_out', DEVICE_HIDDEN, 2 * decoderWidth, 0.1),
        ]),
    ...denseSpecs('decoder_in', decoderWidth, decoders * decoderWidth, Math.SQRT2),
    {
      name: 'decoder_out.weight',
      shape: [decoders, decoderWidth, 2],
      start: { deviation: 0.5 / Math.sqrt(decoderWidth) },
      decays: true,
    },
    { name: 'decoder_out.bias', shape: [decoders, 1, 2], start: { constant: 0 }, decays: false },
  ];
}

/**
 * @param encoded [R, d]
 * @param mask [R]
 * @param devices [P, D] standardised
 * @returns [M, P, 2]: mean and log-variance of the standardised target, by each decoder
 */
export function decode(
  tf: Tf,
  config: LatencyModelConfig,
  parameters: Parameters,
  encoded: Tensor2D,
  mask: Tensor,
  devices: Tensor2D,
  leafBucket: number,
): Tensor3D {
  const { decoders, decoderWidth } = config;
  const programs = encoded.shape[0] / leafBucket;
  const pooled = pool(tf, encoded, mask, leafBucket); // [P, 3d]
  let embedding = dense(tf, parameters, 'pooling', pooled, 'relu'); // [P, e]
  if (config.deviceWidth > 0) {
    const card = dense(tf, parameters, 'device_in', devices, 'relu'); // [P, 32]
    const [gain, shift] = tf.split(dense(tf, parameters, 'device_out', card), 2, 1) as [
      Tensor2D,
      Tensor2D,
    ];
    embedding = embedding.mul(gain.add(1)).add(shift);
  }
  const hidden = dense(tf, parameters, 'decoder_in', embedding, 'relu') // [P, M·e]
    .reshape<Tensor3D>([programs, decoders, decoderWidth])
    .transpose<Tensor3D>([1, 0, 2]); // [M, P, e]
  return tf
    .matMul<Tensor3D>(hidden, pick(parameters, 'decoder_out.weight') as Tensor3D)
    .add(pick(parameters, 'decoder_out.bias'));
}

/** Mean, maximum and scaled sum over the leaves of each program: [R, d] → [P, 3d]. */
function pool(tf: Tf, encoded: Tensor2D, mask: Tensor, leafBucket: number): Tensor2D {
  const width = encoded.shape[1];
  const programs = encoded.shape[0] / leafBucket;
  const present = mask.reshape<Tensor3D>([programs, leafBucket, 1]);
  const leaves = encoded.reshape<Tensor3D>([programs, leafBucket, width]);
  const sum = leaves.mul<Tensor3D>(present).sum<Tensor2D>(1); // [P, d]
  const mean = sum.div<Tensor2D>(present.sum<Tensor2D>(1)); // [P, d] / [P, 1]
  const most = leaves.add<Tensor3D>(present.sub(1).mul(BELOW_ALL)).max<Tensor2D>(1); // [P, d]
  return tf.concat2d([mean, most, sum.mul(SUM_SCALE)], 1);
}
