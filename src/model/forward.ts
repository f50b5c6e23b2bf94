/** The network as one differentiable function of its weights, and what stays the same between calls. */
import type { Tensor, Tensor2D, Tensor3D, Tf } from '../tensor';
import type { PackedBatch } from './batch-shape';
import type { LatencyModelConfig } from './config';
import { embed, embeddingSpecs, sinusoids, standardise } from './embedding';
import { encode, encoderSpecs } from './encoder';
import { decode, headSpecs, poolPrograms } from './head';
import type { Normalisation } from './normalisation';
import { createLayout, type ParameterLayout, type Parameters } from './parameters';

/** Serial numbers and depths from here on share one code: programs that long differ by more than positions. */
const POSITIONS = 4096;

/** A batch as tensors; see `PackedBatch` for the shapes. */
export interface BatchTensors {
  /** [R, F] raw */
  readonly leaves: Tensor2D;
  /** [R] int32 */
  readonly positions: Tensor;
  /** [R] int32 */
  readonly depths: Tensor;
  /** [R] */
  readonly mask: Tensor;
  /** [P, D] raw */
  readonly devices: Tensor2D;
  /** [P] int32, rows of the learned device table */
  readonly deviceRows: Tensor;
  readonly leafBucket: number;
}

/** Tensors that no gradient changes: normalisation and position codes. The holder disposes them. */
export interface ModelConstants {
  readonly leafMean: Tensor;
  readonly leafScale: Tensor;
  readonly deviceMean: Tensor;
  readonly deviceScale: Tensor;
  /** [positions, d/2] */
  readonly sinusoids: Tensor2D;
}

export function layoutOf(config: LatencyModelConfig): ParameterLayout {
  return createLayout([...embeddingSpecs(config), ...encoderSpecs(config), ...headSpecs(config)]);
}

export function createConstants(
  tf: Tf,
  config: LatencyModelConfig,
  normalisation: Normalisation,
): ModelConstants {
  const { leaf, device } = normalisation;
  const codeWidth = config.width / 2;
  return {
    leafMean: tf.tensor1d(leaf.mean),
    leafScale: tf.tensor1d(leaf.inverseDeviation),
    deviceMean: tf.tensor1d(device.mean),
    deviceScale: tf.tensor1d(device.inverseDeviation),
    sinusoids: tf.tensor2d(sinusoids(POSITIONS, codeWidth), [POSITIONS, codeWidth]),
  };
}

/** To be released by the caller, best by an enclosing scope. */
export function toTensors(tf: Tf, config: LatencyModelConfig, batch: PackedBatch): BatchTensors {
  const { programCount, leafBucket } = batch;
  const rows = programCount * leafBucket;
  const clamp = (values: Int32Array): Int32Array => {
    if (values.every((value) => value >= 0 && value < POSITIONS)) return values;
    return values.map((value) => Math.max(0, Math.min(POSITIONS - 1, value)));
  };
  return {
    leaves: tf.tensor2d(batch.leaves, [rows, config.leafWidth]),
    positions: tf.tensor1d(clamp(batch.positions), 'int32'),
    depths: tf.tensor1d(clamp(batch.depths), 'int32'),
    mask: tf.tensor1d(batch.mask),
    devices: tf.tensor2d(batch.devices, [programCount, config.deviceWidth]),
    deviceRows: tf.tensor1d(batch.deviceRows, 'int32'),
    leafBucket,
  };
}

/** @returns [P, e]: each program, whatever it runs on */
export function embedPrograms(
  tf: Tf,
  config: LatencyModelConfig,
  parameters: Parameters,
  constants: ModelConstants,
  batch: BatchTensors,
): Tensor2D {
  const leaves = standardise(batch.leaves, constants.leafMean, constants.leafScale);
  const { positions, depths, mask, leafBucket } = batch;
  const x = embed(tf, parameters, leaves, positions, depths, constants.sinusoids);
  const encoded = encode(tf, config, parameters, x, mask, leafBucket);
  return poolPrograms(tf, parameters, encoded, mask, leafBucket);
}

/**
 * @param embedding [P, e] of `embedPrograms`
 * @returns [M, P, 2]: mean and log-variance of the standardised label, by each decoder
 */
export function decodeEmbedding(
  tf: Tf,
  config: LatencyModelConfig,
  parameters: Parameters,
  constants: ModelConstants,
  embedding: Tensor2D,
  batch: Pick<BatchTensors, 'devices' | 'deviceRows'>,
): Tensor3D {
  const devices = standardise(batch.devices, constants.deviceMean, constants.deviceScale);
  return decode(tf, config, parameters, embedding, devices, batch.deviceRows);
}

/** Both in one: [M, P, 2]. */
export function forward(
  tf: Tf,
  config: LatencyModelConfig,
  parameters: Parameters,
  constants: ModelConstants,
  batch: BatchTensors,
): Tensor3D {
  const embedding = embedPrograms(tf, config, parameters, constants, batch);
  return decodeEmbedding(tf, config, parameters, constants, embedding, batch);
}
