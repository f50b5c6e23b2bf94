/**
 * A pre-LN Transformer encoder (Xiong et al. 2020, figure 1b; attention after
 * Vaswani et al. 2017, equation 1) over programs of L leaves, padding masked.
 * P programs, R = P·L rows, width d, H heads of width h = d/H.
 */
import type { Tensor, Tensor2D, Tensor4D, Tf } from '../tensor';
import { attention, dense, denseSpecs, layerNorm, layerNormSpecs } from './blocks';
import type { LatencyModelConfig } from './config';
import type { ParameterSpec, Parameters } from './parameters';

/** Added to the logit of a padded leaf: its weight after the softmax is exactly 0. */
const MASKED_LOGIT = -1e9;

export function encoderSpecs(config: LatencyModelConfig): ParameterSpec[] {
  const { width, feedForwardWidth, layers } = config;
  const specs: ParameterSpec[] = [];
  // Residual branches start small enough that their sum over layers keeps its scale (GPT-2).
  const branchGain = 1 / Math.sqrt(2 * layers);
  for (let i = 0; i < layers; i++) {
    specs.push(
      ...layerNormSpecs(`encoder.${i}.attention_norm`, width),
      ...denseSpecs(`encoder.${i}.attention_in`, width, 3 * width),
      ...denseSpecs(`encoder.${i}.attention_out`, width, width, branchGain),
      ...layerNormSpecs(`encoder.${i}.feed_forward_norm`, width),
      ...denseSpecs(`encoder.${i}.feed_forward_in`, width, feedForwardWidth, Math.SQRT2),
      ...denseSpecs(`encoder.${i}.feed_forward_out`, feedForwardWidth, width, branchGain),
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
    const layer = `encoder.${i}`;
    const attending = layerNorm(tf, parameters, `${layer}.attention_norm`, stream);
    const joint = dense(tf, parameters, `${layer}.attention_in`, attending); // [R, 3d]
    const mixed = attention(tf, joint, logitMask, config.heads, leafBucket);
    stream = stream.add(dense(tf, parameters, `${layer}.attention_out`, mixed));
    const feeding = layerNorm(tf, parameters, `${layer}.feed_forward_norm`, stream);
    const hidden = dense(tf, parameters, `${layer}.feed_forward_in`, feeding, 'relu');
    stream = stream.add(dense(tf, parameters, `${layer}.feed_forward_out`, hidden));
  }
  return layerNorm(tf, parameters, 'encoder.norm', stream);
}
