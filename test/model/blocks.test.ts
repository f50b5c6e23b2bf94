/** Gradients that are written out, against those that tfjs finds itself. */
import { createRng } from '../../src/base';
import { attention, dense, denseOfData, layerNorm } from '../../src/model/blocks';
import { openBackend, type Tensor, type Tensor2D, type Tensor4D } from '../../src/tensor';
import { expectNoLeakedTensors } from '../support/expect-no-leaked-tensors';
import '../support/to-be-allclose';

const tf = openBackend('native');
const rng = createRng(31);
const sample = (...shape: number[]) =>
  tf.tensor(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng.nextNormal()),
    shape,
  );

/** Value and gradients of `f`, weighted so that every output has a gradient of its own. */
function gradientsOf(f: (...inputs: Tensor[]) => Tensor, inputs: Tensor[]) {
  const weights = sample(...f(...inputs).shape);
  const run = (g: typeof f) =>
    tf.valueAndGrads((...x) =>
      g(...x)
        .mul(weights)
        .sum(),
    )(inputs) as {
      value: Tensor;
      grads: Tensor[];
    };
  return (other: typeof f) => {
    const [ours, theirs] = [run(f), run(other)];
    expect(ours.value.dataSync()).toBeAllclose(theirs.value.dataSync(), { absolute: 1e-4 });
    expect(ours.grads).toHaveLength(theirs.grads.length);
    ours.grads.forEach((gradient, i) => {
      expect(gradient.shape).toEqual(inputs[i]?.shape);
      expect(gradient.dataSync()).toBeAllclose((theirs.grads[i] as Tensor).dataSync(), {
        absolute: 1e-4,
        relative: 1e-4,
      });
    });
  };
}

describe('dense()', () => {
  const inputs = [sample(6, 5), sample(5, 4), sample(4)];

  it.each(['none', 'relu'] as const)(
    'should have the gradient of its formula (%s)',
    (activation) => {
      gradientsOf(
        (x, w, b) =>
          dense(
            tf,
            { 'a.weight': w as Tensor, 'a.bias': b as Tensor },
            'a',
            x as Tensor2D,
            activation,
          ),
        inputs,
      )((x, w, b) => {
        const linear = tf.matMul(x as Tensor2D, w as Tensor2D).add(b as Tensor);
        return activation === 'relu' ? linear.relu() : linear;
      });
    },
  );
});

describe('denseOfData()', () => {
  it.each(['none', 'relu'] as const)('should be dense, its input’s gradient aside (%s)', (way) => {
    const x = sample(6, 5) as Tensor2D;
    gradientsOf(
      (w, b) => denseOfData(tf, { 'a.weight': w as Tensor, 'a.bias': b as Tensor }, 'a', x, way),
      [sample(5, 4), sample(4)],
    )((w, b) => dense(tf, { 'a.weight': w as Tensor, 'a.bias': b as Tensor }, 'a', x, way));
  });
});

describe('layerNorm()', () => {
  it('should have the gradient of its formula', () => {
    gradientsOf(
      (x, g, b) =>
        layerNorm(tf, { 'n.gain': g as Tensor, 'n.bias': b as Tensor }, 'n', x as Tensor2D),
      [sample(6, 5), sample(5), sample(5)],
    )((x, g, b) => {
      const { mean, variance } = tf.moments(x as Tensor, 1, true);
      return (x as Tensor)
        .sub(mean)
        .div(variance.add(1e-5).sqrt())
        .mul(g as Tensor)
        .add(b as Tensor);
    });
  });
});

describe('attention()', () => {
  const [programs, leaves, heads, width] = [2, 3, 2, 4];
  const mask = tf.tensor([0, 0, -1e9, 0, 0, 0], [programs, 1, 1, leaves]) as Tensor4D;

  it('should have the gradient of its formula', () => {
    gradientsOf(
      (joint) => attention(tf, joint as Tensor2D, mask, heads, leaves),
      [sample(programs * leaves, 3 * heads * width)],
    )((joint) => {
      const [q, k, v] = tf
        .split(joint as Tensor, 3, 1)
        .map((part) => part.reshape([programs, leaves, heads, width]).transpose([0, 2, 1, 3]));
      const logits = tf
        .matMul(q as Tensor, k as Tensor, false, true)
        .div(Math.sqrt(width))
        .add(mask);
      return tf
        .matMul(tf.softmax(logits), v as Tensor)
        .transpose([0, 2, 1, 3])
        .reshape([programs * leaves, heads * width]);
    });
  });

  it('should not look at what is masked', () => {
    const joint = sample(programs * leaves, 3 * heads * width);
    const changed = tf.tensor(
      Array.from(joint.dataSync()).map((v, i) =>
        Math.floor(i / (3 * heads * width)) === 2 ? v + 5 : v,
      ),
      joint.shape,
    );
    const [before, after] = [joint, changed].map((x) =>
      Array.from(attention(tf, x as Tensor2D, mask, heads, leaves).dataSync()).slice(
        0,
        2 * heads * width,
      ),
    );
    expect(after).toEqual(before);
  });
});

it('should leave no tensor behind in a scope', () =>
  expectNoLeakedTensors(tf, () =>
    tf.tidy(() => {
      const x = sample(6, 24) as Tensor2D;
      tf.grad((y) => attention(tf, y as Tensor2D, tf.zeros([2, 1, 1, 3]), 2, 3).sum())(x);
      return undefined as never;
    }),
  ));
