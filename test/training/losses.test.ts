import {
  openBackend,
  type Scalar,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '../../src/tensor';
import { type LossSettings, pairWeights, trainingLoss } from '../../src/training';
import { expectNoLeakedTensors } from '../support/expect-no-leaked-tensors';
import '../support/to-be-allclose';

const tf = openBackend('native');
const only = (change: Partial<LossSettings>): LossSettings => ({
  huberLimit: 1,
  likelihoodWeight: 0,
  rankingWeight: 0,
  ...change,
});

/** One decoder; [mean, log-variance] of each program. */
function lossOf(
  output: [number, number][],
  targets: number[],
  weights: number[],
  pairs: number[],
  settings: LossSettings,
): number {
  const loss = tf.tidy(() =>
    trainingLoss(
      tf,
      tf.tensor3d([output]) as Tensor3D,
      {
        targets: tf.tensor1d(targets) as Tensor1D,
        weights: tf.tensor1d(weights) as Tensor1D,
        pairs: tf.tensor2d(pairs, [targets.length, targets.length]) as Tensor2D,
      },
      settings,
    ),
  ) as Scalar;
  const [value] = Array.from(loss.dataSync());
  loss.dispose();
  return value as number;
}

const none = [0, 0, 0, 0];

describe('trainingLoss()', () => {
  it('should be the square near the target and the distance far from it', () => {
    const loss = lossOf(
      [
        [1.5, 0],
        [4, 0],
      ],
      [1, 1],
      [1, 3],
      none,
      only({}),
    );
    expect(loss).toBeCloseTo((1 * (0.5 * 0.5 ** 2) + 3 * (1 * 3 - 0.5)) / (1 + 3), 5);
  });

  it('should not look at what weighs nothing', () => {
    expect(
      lossOf(
        [
          [1.5, 0],
          [99, 0],
        ],
        [1, 1],
        [1, 0],
        none,
        only({}),
      ),
    ).toBeCloseTo(0.125, 5);
  });

  it('should add the likelihood of the error under the variance', () => {
    const [error, logVariance] = [0.5, Math.log(2)];
    const likelihood = 0.5 * (logVariance + error ** 2 / 2);
    const output: [number, number][] = [
      [1 + error, logVariance],
      [1 + error, logVariance],
    ];
    const loss = lossOf(output, [1, 1], [1, 1], none, only({ likelihoodWeight: 2 }));
    expect(loss).toBeCloseTo(0.5 * error ** 2 + 2 * likelihood, 5);
  });

  it('should add the logistic loss of each pair by its weight', () => {
    const pairs = [0, 2, 0, 0]; // The first is faster than the second.
    const rank = (difference: number) => Math.log1p(Math.exp(difference));
    const base = { huberLimit: 1e-9, rankingWeight: 3 };
    const right = lossOf(
      [
        [-1, 0],
        [1, 0],
      ],
      [-1, 1],
      [1, 1],
      pairs,
      only(base),
    );
    const wrong = lossOf(
      [
        [1, 0],
        [-1, 0],
      ],
      [1, -1],
      [1, 1],
      pairs,
      only(base),
    );
    expect(right).toBeCloseTo(3 * rank(-2), 4);
    expect(wrong).toBeCloseTo(3 * rank(2), 4);
  });

  it('should not move the mean for the sake of the likelihood', () => {
    const gradient = tf.tidy(() => {
      const loss = (output: unknown) =>
        trainingLoss(
          tf,
          output as Tensor3D,
          {
            targets: tf.tensor1d([0, 0]),
            weights: tf.tensor1d([1, 1]),
            pairs: tf.zeros([2, 2]),
          },
          only({ huberLimit: 1e-9, likelihoodWeight: 1 }),
        );
      return tf.grad(loss as never)(
        tf.tensor3d([
          [
            [0.7, 0],
            [0.7, 0],
          ],
        ]),
      );
    });
    const [mean, logVariance] = Array.from(gradient.dataSync()) as [number, number];
    gradient.dispose();
    expect(mean).toBeCloseTo(0, 6);
    // d/dv of (v + e² exp(-v)) / 2 at v = 0, a half for each of the two programs.
    expect(logVariance).toBeCloseTo((0.5 * (1 - 0.7 ** 2)) / 2, 5);
  });

  it('should leave no tensor behind', () =>
    expectNoLeakedTensors(tf, () =>
      lossOf(
        [
          [1, 0],
          [2, 0],
        ],
        [0, 1],
        [1, 1],
        [0, 1, 0, 0],
        only({ rankingWeight: 1 }),
      ),
    ));
});

describe('pairWeights()', () => {
  it('should pair the faster with the slower of its task, by their gap up to a limit', () => {
    const deviation = 0.5;
    const pairs = pairWeights(
      Float64Array.of(1, Math.exp(0.25), Math.exp(3), 2),
      Int32Array.of(0, 0, 0, 1),
      Float32Array.of(1, 2, 1, 1),
      deviation,
    );
    const gap = 0.25 / deviation;
    expect(pairs).toBeAllclose([
      ...[0, gap * 1, 1 * 1, 0],
      ...[0, 0, 1 * 2, 0],
      ...[0, 0, 0, 0],
      ...[0, 0, 0, 0],
    ]);
  });

  it('should not pair with padding', () => {
    const pairs = pairWeights(Float64Array.of(1, 2), Int32Array.of(0, 0), Float32Array.of(1, 0), 1);
    expect(Array.from(pairs)).toEqual([0, 0, 0, 0]);
  });
});
