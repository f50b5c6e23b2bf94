/**
 * The two blocks that a Transformer is made of, each with its gradient written
 * out. tfjs would find the same gradients from the operators inside, in three to
 * four times as many operator calls (1011 against 445 in a whole training step),
 * and calls are what small batches cost.
 */
import type { Tensor, Tensor1D, Tensor2D, Tensor4D, Tf } from '../tensor';
import { matrix, type ParameterSpec, type Parameters, pick, vector } from './parameters';

const LAYER_NORM_EPSILON = 1e-5;

type Save = (tensors: Tensor[]) => void;

export function denseSpecs(
  name: string,
  inputs: number,
  outputs: number,
  gain = 1,
): ParameterSpec[] {
  return [matrix(`${name}.weight`, inputs, outputs, gain), vector(`${name}.bias`, outputs)];
}

type Activation = 'none' | 'relu';

/** x·W + b, cut below 0 where `activation` says so: [rows, in] → [rows, out]. */
export function dense(
  tf: Tf,
  parameters: Parameters,
  name: string,
  x: Tensor2D,
  activation: Activation = 'none',
): Tensor2D {
  const block = tf.customGrad(((input: Tensor2D, weight: Tensor2D, bias: Tensor1D, save: Save) => {
    const value = linear(input, weight, bias, activation);
    save([input, weight, value]);
    return {
      value,
      gradFunc: (dy: Tensor2D, [savedInput, savedWeight, savedValue]: Tensor2D[]) => {
        const passed = passedBy(dy, savedValue as Tensor2D, activation);
        return [
          tf.matMul(passed, savedWeight as Tensor2D, false, true),
          tf.matMul(savedInput as Tensor2D, passed, true, false),
          passed.sum(0),
        ];
      },
    };
  }) as never);
  return block(x, pick(parameters, `${name}.weight`), pick(parameters, `${name}.bias`)) as Tensor2D;
}

/**
 * `dense` of what is given and not computed from weights: nobody asks for its gradient, which
 * for the leaves is as much work as all of their forward step.
 */
export function denseOfData(
  tf: Tf,
  parameters: Parameters,
  name: string,
  x: Tensor2D,
  activation: Activation = 'none',
): Tensor2D {
  const block = tf.customGrad(((weight: Tensor2D, bias: Tensor1D, save: Save) => {
    const value = linear(x, weight, bias, activation);
    save([x, value]);
    return {
      value,
      gradFunc: (dy: Tensor2D, [savedInput, savedValue]: Tensor2D[]) => {
        const passed = passedBy(dy, savedValue as Tensor2D, activation);
        return [tf.matMul(savedInput as Tensor2D, passed, true, false), passed.sum(0)];
      },
    };
  }) as never);
  return block(pick(parameters, `${name}.weight`), pick(parameters, `${name}.bias`)) as Tensor2D;
}

function linear(x: Tensor2D, weight: Tensor2D, bias: Tensor1D, activation: Activation): Tensor2D {
  const value = x.matMul<Tensor2D>(weight).add<Tensor2D>(bias);
  return activation === 'relu' ? value.relu<Tensor2D>() : value;
}

/** What of a gradient gets through the activation. */
function passedBy(dy: Tensor2D, value: Tensor2D, activation: Activation): Tensor2D {
  return activation === 'relu' ? dy.mul<Tensor2D>(value.greater(0)) : dy;
}

export function layerNormSpecs(name: string, width: number): ParameterSpec[] {
  return [vector(`${name}.gain`, width, 1), vector(`${name}.bias`, width)];
}

/**
 * Ba et al. 2016, equation 4: [rows, d] → [rows, d]. With x̂ the standardised row,
 * r its inverse deviation and g = dy·gain, dx = r·(g − mean(g) − x̂·mean(g·x̂)).
 */
export function layerNorm(tf: Tf, parameters: Parameters, name: string, x: Tensor2D): Tensor2D {
  const block = tf.customGrad(((input: Tensor2D, gain: Tensor1D, bias: Tensor1D, save: Save) => {
    const centred = input.sub(input.mean(1, true));
    const inverse = centred.square().mean(1, true).add(LAYER_NORM_EPSILON).rsqrt(); // [rows, 1]
    const standard = centred.mul(inverse);
    save([standard, inverse, gain]);
    return {
      value: standard.mul(gain).add(bias),
      gradFunc: (dy: Tensor2D, [savedStandard, savedInverse, savedGain]: Tensor[]) => {
        const standardised = savedStandard as Tensor2D;
        const g = dy.mul(savedGain as Tensor);
        const along = g.mul(standardised).mean(1, true); // [rows, 1]
        const dx = g
          .sub(g.mean(1, true))
          .sub(standardised.mul(along))
          .mul(savedInverse as Tensor);
        return [dx, dy.mul(standardised).sum(0), dy.sum(0)];
      },
    };
  }) as never);
  return block(x, pick(parameters, `${name}.gain`), pick(parameters, `${name}.bias`)) as Tensor2D;
}

/**
 * Scaled dot-product attention of H heads of width h (Vaswani et al. 2017,
 * equation 1), over P programs of L leaves. Behind the softmax A of the logits S,
 * dS = A·(dA − Σ dA·A).
 *
 * @param joint [R, 3·H·h] queries, keys and values side by side
 * @param logitMask [P, 1, 1, L] added to the logits
 * @returns [R, H·h]
 */
export function attention(
  tf: Tf,
  joint: Tensor2D,
  logitMask: Tensor4D,
  heads: number,
  leafBucket: number,
): Tensor2D {
  const [rows, jointWidth] = joint.shape;
  const programs = rows / leafBucket;
  const headWidth = jointWidth / (3 * heads);
  const scale = 1 / Math.sqrt(headWidth);
  const toHeads = (x: Tensor2D, parts: number) =>
    x
      .reshape<Tensor4D>([programs, leafBucket, parts * heads, headWidth])
      .transpose<Tensor4D>([0, 2, 1, 3]); // [P, parts·H, L, h]
  const fromHeads = (x: Tensor4D, parts: number) =>
    x.transpose<Tensor4D>([0, 2, 1, 3]).reshape<Tensor2D>([rows, parts * heads * headWidth]);
  const block = tf.customGrad(((input: Tensor2D, save: Save) => {
    const [rawQuery, key, value] = tf.split(toHeads(input, 3), 3, 1) as Tensor4D[];
    const query = (rawQuery as Tensor4D).mul<Tensor4D>(scale);
    const logits = tf.matMul(query, key as Tensor4D, false, true).add<Tensor4D>(logitMask); // [P, H, L, L]
    const weights = softmax(logits);
    save([query, key as Tensor4D, value as Tensor4D, weights]);
    return {
      value: fromHeads(tf.matMul<Tensor4D>(weights, value as Tensor4D), 1),
      gradFunc: (dy: Tensor2D, [q, k, v, a]: Tensor4D[]) => {
        const dMixed = toHeads(dy, 1);
        const dWeights = tf.matMul<Tensor4D>(dMixed, v as Tensor4D, false, true);
        const dValue = tf.matMul<Tensor4D>(a as Tensor4D, dMixed, true, false);
        const along = dWeights.mul<Tensor4D>(a as Tensor4D).sum(-1, true);
        const dLogits = dWeights.sub<Tensor4D>(along).mul<Tensor4D>(a as Tensor4D);
        const dQuery = tf.matMul<Tensor4D>(dLogits, k as Tensor4D).mul<Tensor4D>(scale);
        const dKey = tf.matMul<Tensor4D>(dLogits, q as Tensor4D, true, false);
        return fromHeads(tf.concat4d([dQuery, dKey, dValue], 1), 3);
      },
    };
  }) as never);
  return block(joint) as Tensor2D;
}

/**
 * Over the last axis, in single operators. TensorFlow's own softmax evaluates its
 * exponential in tiles, and the last numbers of a tile by other instructions than
 * the rest: a row's bits then depend on where it stands.
 */
function softmax(logits: Tensor4D): Tensor4D {
  const powers = logits.sub<Tensor4D>(logits.max(-1, true)).exp<Tensor4D>(); // [P, H, L, L]
  return powers.div<Tensor4D>(powers.sum(-1, true));
}
