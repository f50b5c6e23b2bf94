import { openBackend, type Scalar } from '../../src/tensor';
import { AdamW, type AdamWSettings, learningRateAt } from '../../src/training';
import { expectNoLeakedTensors } from '../support/expect-no-leaked-tensors';
import '../support/to-be-allclose';

const tf = openBackend('native');
const settings: AdamWSettings = {
  beta1: 0.9,
  beta2: 0.98,
  epsilon: 1e-8,
  weightDecay: 0.1,
  clipNorm: 2,
  averageDecay: 0.5,
};
const start = Float32Array.of(1, -2, 3);
const decays = Float32Array.of(1, 0, 1);

function stepped(gradients: number[][], losses = gradients.map(() => 1)) {
  const optimizer = new AdamW(tf, start, decays, settings);
  const returned = gradients.map((gradient, i) =>
    tf.tidy(() => optimizer.step(tf.tensor1d(gradient), tf.scalar(losses[i] as number), 0.01)),
  );
  const weights = Array.from(optimizer.ownedWeights.dataSync());
  const averaged = optimizer.averaged();
  optimizer.dispose();
  return { weights, averaged, returned };
}

/** Loshchilov & Hutter, algorithm 2, in numbers. */
function byHand(gradients: number[][]): { weights: number[]; averaged: number[] } {
  const [m, v] = [new Array(3).fill(0), new Array(3).fill(0)];
  const weights = Array.from(start);
  const averaged = Array.from(start);
  gradients.forEach((gradient, s) => {
    const t = s + 1;
    const norm = Math.hypot(...gradient);
    const keep = Math.min(0.5, (1 + t) / (10 + t));
    gradient.forEach((raw, i) => {
      const g = raw * Math.min(1, 2 / norm);
      m[i] = 0.9 * m[i] + 0.1 * g;
      v[i] = 0.98 * v[i] + 0.02 * g * g;
      const ratio = m[i] / (1 - 0.9 ** t) / (Math.sqrt(v[i] / (1 - 0.98 ** t)) + 1e-8);
      const w = weights[i] as number;
      weights[i] = w - 0.01 * ratio - 0.01 * 0.1 * w * (decays[i] as number);
      averaged[i] = keep * (averaged[i] as number) + (1 - keep) * (weights[i] as number);
    });
  });
  return { weights, averaged };
}

describe('AdamW', () => {
  // The second gradient is longer than the clip.
  const gradients = [
    [0.1, -0.2, 0.3],
    [30, -40, 0],
    [0.5, 0.5, -1],
  ];

  it('should step as its algorithm says', () => {
    const { weights, averaged, returned } = stepped(gradients);
    const expected = byHand(gradients);
    expect(weights).toBeAllclose(expected.weights);
    expect(averaged).toBeAllclose(expected.averaged);
    expect(returned).toEqual([1, 1, 1]);
  });

  it('should pass over what is not finite', () => {
    const bad = stepped(
      [
        [0.1, -0.2, 0.3],
        [Number.NaN, 0, 0],
        [1, 1, 1],
      ],
      [1, 1, Number.POSITIVE_INFINITY],
    );
    expect(bad.returned).toEqual([1, undefined, undefined]);
    expect(bad.weights).toBeAllclose(byHand([[0.1, -0.2, 0.3]]).weights);
  });

  it('should go on from the state of another as that would', () => {
    const step = (optimizer: AdamW, gradient: number[]) =>
      tf.tidy(() => optimizer.step(tf.tensor1d(gradient), tf.scalar(1), 0.01));
    const one = new AdamW(tf, start, decays, settings);
    step(one, gradients[0] as number[]);
    const other = new AdamW(tf, one.state(), decays, settings);
    for (const gradient of gradients.slice(1))
      for (const each of [one, other]) step(each, gradient);
    expect(other.state()).toEqual(one.state());
    expect(other.state().steps).toBe(3);
    one.dispose();
    other.dispose();
  });

  it('should leave no tensor behind', () => expectNoLeakedTensors(tf, () => stepped(gradients)));

  it('should find a minimum', () => {
    const optimizer = new AdamW(tf, start, new Float32Array(3), settings);
    for (let i = 0; i < 400; i++) {
      tf.tidy(() => {
        const loss = () => optimizer.ownedWeights.sub([1, 2, 3]).square().sum() as Scalar;
        const { value, grads } = tf.variableGrads(loss, [optimizer.ownedWeights]);
        optimizer.step(grads[optimizer.ownedWeights.name] as never, value, 0.05);
      });
    }
    expect(optimizer.averaged()).toBeAllclose([1, 2, 3], { absolute: 0.02 });
    optimizer.dispose();
  });
});

describe('learningRateAt()', () => {
  it('should rise in a line, then fall along half a cosine', () => {
    expect(learningRateAt(0, 110, 1, 10)).toBeCloseTo(1 / 10);
    expect(learningRateAt(9, 110, 1, 10)).toBeCloseTo(10 / 10);
    expect(learningRateAt(60, 110, 1, 10)).toBeCloseTo(0.01 + 0.99 / 2);
    expect(learningRateAt(110, 110, 1, 10)).toBeCloseTo(0.01);
  });
});
