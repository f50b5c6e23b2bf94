import { createRng } from '../../src/base';
import { openBackend, type Tensor2D } from '../../src/tensor';
import { bounded, centralMomentDiscrepancy } from '../../src/training';
import '../support/to-be-allclose';

const tf = openBackend('js');
const rng = createRng(2);
const draw = (rows: number, shift = 0, stretch = 1) =>
  tf.tensor2d(
    Array.from({ length: rows * 3 }, () => 0.5 + shift + 0.1 * stretch * rng.nextNormal()),
    [rows, 3],
  );
const cmd = (a: Tensor2D, b: Tensor2D, moments = 5) =>
  centralMomentDiscrepancy(
    tf,
    a,
    b,
    tf.ones([a.shape[0]]),
    tf.ones([b.shape[0]]),
    moments,
  ).dataSync()[0] as number;

describe('centralMomentDiscrepancy()', () => {
  it('should be zero of a set and itself, in whatever order', () => {
    const a = draw(50);
    expect(cmd(a, a)).toBeCloseTo(0, 6);
    expect(cmd(a, tf.reverse(a, 0))).toBeCloseTo(0, 5);
  });

  it('should be small between draws of one distribution, larger where means or spreads differ', () => {
    const [a, b] = [draw(2000), draw(2000)];
    const same = cmd(a, b);
    expect(same).toBeLessThan(0.02);
    expect(cmd(a, draw(2000, 0.2))).toBeGreaterThan(10 * same);
    expect(cmd(a, draw(2000, 0, 3))).toBeGreaterThan(3 * same);
  });

  it('should be the sum of the distances of mean and central moments', () => {
    const [a, b] = [
      [0.1, 0.4, 0.7],
      [0.2, 0.9, 0.3],
    ] as const;
    const moment = (x: readonly number[], k: number): number => {
      const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
      if (k === 1) return mean;
      return x.reduce((sum, v) => sum + (v - mean) ** k, 0) / x.length;
    };
    const expected = [1, 2, 3, 4, 5].reduce(
      (sum, k) => sum + Math.abs(moment(a, k) - moment(b, k)),
      0,
    );
    expect(cmd(tf.tensor2d([...a], [3, 1]), tf.tensor2d([...b], [3, 1]))).toBeCloseTo(expected, 4);
  });

  it('should not look at padding', () => {
    const a = draw(4);
    const padded = tf.concat2d([a, tf.fill([2, 3], 9) as Tensor2D], 0);
    const shares = tf.tensor1d([1, 1, 1, 1, 0, 0]);
    const b = draw(5);
    const discrepancy = centralMomentDiscrepancy(tf, padded, b, shares, tf.ones([5]), 5);
    expect(discrepancy.dataSync()[0]).toBeCloseTo(cmd(a, b), 5);
  });

  it('should have the gradient of its differences', () => {
    const [a, b] = [draw(6), draw(7, 0.2, 2)];
    const flat = Array.from(a.dataSync());
    const valueAt = (numbers: number[]) => cmd(tf.tensor2d(numbers, [6, 3]), b);
    const gradient = tf.grad((x) =>
      centralMomentDiscrepancy(tf, x as Tensor2D, b, tf.ones([6]), tf.ones([7]), 5),
    )(a);
    const h = 2e-3;
    const differences = flat.map((_, i) => {
      const at = (step: number) => valueAt(flat.map((x, k) => (k === i ? x + step : x)));
      return (at(h) - at(-h)) / (2 * h);
    });
    expect(Array.from(gradient.dataSync())).toBeAllclose(differences, {
      absolute: 1e-3,
      relative: 1e-2,
    });
  });
});

describe('bounded()', () => {
  it('should bring embeddings, which are 0 or more, between 0 and 1', () => {
    expect(Array.from(bounded(tf.tensor2d([[0, 1, 1e6]])).dataSync())).toBeAllclose([
      0,
      Math.tanh(1),
      1,
    ]);
  });
});
