/**
 * A pre-LN Transformer encoder (Xiong et al. 2020, figure 1b; attention after
 * Vaswani et al. 2017, equation 1) over programs of L leaves, padding masked.
 * P programs, R = P·L rows, width d, H heads of width h = d/H.
 */
import type { Tensor, Tensor2D, Tensor4D, Tf } from '../tensor';
import type { LatencyModelConfig } from './config';
import { matrix, type ParameterSpec, type Parameters, pick, vector } from './parameters';

/** Added to the logit of a padded leaf: its weight after the softmax is exactly 0. */
const MASKED_LOGIT = -1e9;
const LAYER_NORM_EPSILON = 1e-5;

export function encoderSpecs(config: LatencyModelConfig): ParameterSpec[] {
  const { width, feedForwardWidth, layers } = config;
  const specs: ParameterSpec[] = [];
  // Residual branches start small enough that their sum over layers keeps its scale (GPT-2).
  const branchGain = 1 / Math.sqrt(2 * layers);
  for (let i = 0; i < layers; i++) {
    specs.push(
      ...layerNormSpecs(`encoder.${i}.attention_norm`, width),
      matrix(`encoder.${i}.attention_in.weight`, width, 3 * width),
      vector(`encoder.${i}.attention_in.bias`, 3 * width),
      matrix(`encoder.${i}.attention_out.weight`, width, width, branchGain),
      vector(`encoder.${i}.attention_out.bias`, width),
      ...layerNormSpecs(`encoder.${i}.feed_forward_norm`, width),
      matrix(`encoder.${i}.feed_forward_in.weight`, width, feedForwardWidth, Math.SQRT2),
      vector(`encoder.${i}.feed_forward_in.bias`, feedForwardWidth),
      matrix(`encoder.${i}.feed_forward_out.weight`, feedForwardWidth, width, branchGain),
      vector(`encoder.${i}.feed_forward_out.bias`, width),
    );
  }
  return [...specs, ...layerNormSpecs('encoder.norm', width)];
}

/**
 * @param x [R, d]
 * @param mask [R] 1 on leaves, 0 on padding
 * @returns [R, d]
 */
export function encode(
  tf: Tf,
  config: LatencyModelConfig,
  parameters: Parameters,
  x: Tensor2D,
  mask: Tensor,
  leafBucket: number,
): Tensor2D {
  const programs = x.shape[0] / leafBucket;
  const logitMask = mask.sub(1).mul(-MASKED_LOGIT).reshape<Tensor4D>([programs, 1, 1, leafBucket]);
  let stream = x;
  for (let i = 0; i < config.layers; i++) {
    const attended = attend(
      tf,
      config,
      parameters,
      `encoder.${i}`,
      layerNorm(parameters, `encoder.${i}.attention_norm`, stream),
      logitMask,
      leafBucket,
    );
    stream = stream.add(attended);
    const normed = layerNorm(parameters, `encoder.${i}.feed_forward_norm`, stream);
    const hidden = dense(parameters, `encoder.${i}.feed_forward_in`, normed).relu<Tensor2D>(); // [R, f]
    stream = stream.add(dense(parameters, `encoder.${i}.feed_forward_out`, hidden));
  }
  return layerNorm(parameters, 'encoder.norm', stream);
}

/** [R, d] → [R, d]; `logitMask` [P, 1, 1, L]. */
function attend(
  tf: Tf,
  config: LatencyModelConfig,
  parameters: Parameters,
  layer: string,
  x: Tensor2D,
  logitMask: Tensor4D,
  leafBucket: number,
): Tensor2D {
  const { width, heads } = config;
  const headWidth = width / heads;
  const programs = x.shape[0] / leafBucket;
  const joint = dense(parameters, `${layer}.attention_in`, x) // [R, 3d]
    .reshape<Tensor4D>([programs, leafBucket, 3 * heads, headWidth])
    .transpose<Tensor4D>([0, 2, 1, 3]); // [P, 3H, L, h]
  const [query, key, value] = tf.split(joint, 3, 1) as [Tensor4D, Tensor4D, Tensor4D];
  const logits = tf
    .matMul<Tensor4D>(query.mul(1 / Math.sqrt(headWidth)), key, false, true) // [P, H, L, L]
    .add<Tensor4D>(logitMask);
  const mixed = tf
    .matMul<Tensor4D>(tf.softmax(logits), value) // [P, H, L, h]
    .transpose<Tensor4D>([0, 2, 1, 3]) // [P, L, H, h]
    .reshape<Tensor2D>([programs * leafBucket, width]);
  return dense(parameters, `${layer}.attention_out`, mixed);
}

/** x [rows, in] → [rows, out]. */
export function dense(parameters: Parameters, name: string, x: Tensor2D): Tensor2D {
  return x
    .matMul<Tensor2D>(pick(parameters, `${name}.weight`))
    .add(pick(parameters, `${name}.bias`));
}

function layerNormSpecs(name: string, width: number): ParameterSpec[] {
  return [vector(`${name}.gain`, width, 1), vector(`${name}.bias`, width)];
}

/** Ba et al. 2016, equation 4: [rows, d] → [rows, d]. */
function layerNorm(parameters: Parameters, name: string, x: Tensor2D): Tensor2D {
  const centred = x.sub<Tensor2D>(x.mean(1, true));
  const scale = centred.square().mean(1, true).add(LAYER_NORM_EPSILON).rsqrt(); // [rows, 1]
  return centred
    .mul<Tensor2D>(scale)
    .mul<Tensor2D>(pick(parameters, `${name}.gain`))
    .add(pick(parameters, `${name}.bias`));
}
