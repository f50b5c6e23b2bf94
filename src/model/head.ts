/**
 * From encoded leaves to a distribution of the standardised label: pooling, the
 * device by feature-wise modulation (FiLM, Perez et al. 2018, equation 1), and M
 * small decoders side by side. P programs of L leaves, width d, device vectors of
 * D numbers, decoders of width e.
 *
 * A device is its card and, where the model has a table, a learned vector of its
 * own: what no card says of it. Row 0 of the table stands for all devices that have
 * no row; training hides a share of the known ones behind it.
 */
import type { Tensor, Tensor2D, Tensor3D, Tf } from '../tensor';
import { dense, denseOfData, denseSpecs } from './blocks';
import type { LatencyModelConfig } from './config';
import { type ParameterSpec, type Parameters, pick } from './parameters';

/** Far enough below every encoded value that padding never wins the maximum. */
const BELOW_ALL = 1e9;
const DEVICE_HIDDEN = 32;
/** [devices + 1, 32] */
export const DEVICE_TABLE = 'device_table';
/** A sum over leaves, scaled so that a handful of them gives numbers near 1. */
const SUM_SCALE = 1 / 8;

export function headSpecs(config: LatencyModelConfig): ParameterSpec[] {
  const { width, decoderWidth, deviceWidth, deviceNames, decoders } = config;
  return [
    ...denseSpecs('pooling', 3 * width, decoderWidth, Math.SQRT2),
    ...(deviceWidth === 0
      ? []
      : [
          ...denseSpecs('device_in', deviceWidth, DEVICE_HIDDEN, Math.SQRT2),
          ...(deviceNames.length === 0 ? [] : [tableSpec(deviceNames.length)]),
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

function tableSpec(devices: number): ParameterSpec {
  const shape = [devices + 1, DEVICE_HIDDEN];
  return { name: DEVICE_TABLE, shape, start: { constant: 0 }, decays: true };
}

/**
 * @param encoded [R, d]
 * @param mask [R]
 * @returns [P, e]
 */
export function poolPrograms(
  tf: Tf,
  parameters: Parameters,
  encoded: Tensor2D,
  mask: Tensor,
  leafBucket: number,
): Tensor2D {
  return dense(tf, parameters, 'pooling', pool(tf, encoded, mask, leafBucket), 'relu');
}

/**
 * @param programs [P, e] of `poolPrograms`
 * @param devices [P, D] standardised
 * @param deviceRows [P] int32
 * @returns [M, P, 2]: mean and log-variance of the standardised label, by each decoder
 */
export function decode(
  tf: Tf,
  config: LatencyModelConfig,
  parameters: Parameters,
  programs: Tensor2D,
  devices: Tensor2D,
  deviceRows: Tensor,
): Tensor3D {
  const { decoders, decoderWidth } = config;
  const programCount = programs.shape[0];
  let embedding = programs; // [P, e]
  if (config.deviceWidth > 0) {
    let card = denseOfData(tf, parameters, 'device_in', devices, 'relu'); // [P, 32]
    if (config.deviceNames.length > 0) {
      card = card.add(tf.gather(pick(parameters, DEVICE_TABLE) as Tensor2D, deviceRows as never));
    }
    const [gain, shift] = tf.split(dense(tf, parameters, 'device_out', card), 2, 1) as [
      Tensor2D,
      Tensor2D,
    ];
    embedding = embedding.mul(gain.add(1)).add(shift);
  }
  const hidden = dense(tf, parameters, 'decoder_in', embedding, 'relu') // [P, M·e]
    .reshape<Tensor3D>([programCount, decoders, decoderWidth])
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
