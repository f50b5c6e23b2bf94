import { createRng } from '../../src/base';
import { boxCox, fitLambda, inverseBoxCox, inverseBoxCoxTensor } from '../../src/model';
import { inverseBoxCoxSlope } from '../../src/model/box-cox';
import { openBackend } from '../../src/tensor';
import '../support/to-be-allclose';

const lambdas = [-1.5, -0.3, 0, 1e-5, 0.2, 1, 2];

describe('boxCox() and inverseBoxCox()', () => {
  it.each(lambdas)('should be each other’s inverse, at λ = %d', (lambda) => {
    for (let above = -15; above <= 15; above += 0.25) {
      expect(inverseBoxCox(boxCox(above, lambda), lambda)).toBeCloseTo(above, 6);
    }
  });

  it.each(lambdas)('should increase and stay finite for every label, at λ = %d', (lambda) => {
    let last = Number.NEGATIVE_INFINITY;
    for (let label = -200; label <= 200; label += 0.5) {
      const above = inverseBoxCox(label, lambda);
      expect(Number.isFinite(above)).toBe(true);
      expect(above).toBeGreaterThan(last);
      last = above;
    }
  });

  it('should be the formula of Box and Cox where that has a value', () => {
    for (const [seconds, lambda] of [
      [0.5, 0.4],
      [3, -0.7],
      [20, 0.1],
    ] as const) {
      expect(boxCox(Math.log(seconds), lambda)).toBeCloseTo((seconds ** lambda - 1) / lambda, 10);
    }
  });

  it('should make what is slower beyond the end of the formula slower still', () => {
    // At λ = -1 labels end at 1: the textbook's inverse of more is not a number.
    expect(inverseBoxCox(1.5, -1)).toBeGreaterThan(inverseBoxCox(0.999, -1));
  });

  it.each(lambdas)('should have the slope of its differences, at λ = %d', (lambda) => {
    for (const label of [-3, -0.4, 0.3, 2.5]) {
      const h = 1e-6;
      const rise = inverseBoxCox(label + h, lambda) - inverseBoxCox(label - h, lambda);
      const slope = inverseBoxCoxSlope(label, lambda);
      expect(slope).toBeGreaterThan(0);
      expect(Math.abs(slope - rise / (2 * h))).toBeLessThan(1e-4 * slope + 1e-6);
    }
  });

  it.each(lambdas)('should be the same on tensors, with its gradient, at λ = %d', (lambda) => {
    const tf = openBackend('js');
    const labels = [-3, -0.4, 0, 0.3, 2.5];
    const x = tf.tensor1d(labels);
    const values = Array.from(inverseBoxCoxTensor(tf, x, lambda).dataSync());
    const gradient = tf.grad((y) => inverseBoxCoxTensor(tf, y, lambda).sum())(x);
    expect(values).toBeAllclose(
      labels.map((label) => inverseBoxCox(label, lambda)),
      { absolute: 1e-4, relative: 1e-4 },
    );
    expect(Array.from(gradient.dataSync())).toBeAllclose(
      labels.map((label) => inverseBoxCoxSlope(label, lambda)),
      { absolute: 1e-4, relative: 1e-4 },
    );
  });
});

describe('fitLambda()', () => {
  const rng = createRng(3);

  it.each([-0.5, 0.5])('should find the λ that made numbers normal: %d', (lambda) => {
    // Labels from -1.4 to 1.4 at most, where the formula has a value.
    const logs = Array.from({ length: 4000 }, () =>
      inverseBoxCox(Math.max(-1.4, Math.min(1.4, 0.45 * rng.nextNormal())), lambda),
    );
    expect(Math.abs(fitLambda(logs) - lambda)).toBeLessThan(0.15);
  });

  it('should find next to none in logarithms that are normal', () => {
    const logs = Array.from({ length: 4000 }, () => -8 + 2 * rng.nextNormal());
    expect(Math.abs(fitLambda(logs))).toBeLessThan(0.05);
  });

  it('should not depend on the unit', () => {
    const logs = Array.from({ length: 500 }, () => Math.abs(rng.nextNormal()));
    expect(fitLambda(logs.map((log) => log + 7))).toBeCloseTo(fitLambda(logs), 4);
  });

  it('should have an answer where there is nothing to fit', () => {
    expect(fitLambda([])).toBe(0);
    expect(fitLambda([2, 2, 2])).toBe(0);
  });
});
