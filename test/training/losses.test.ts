/** On the JavaScript kernels: each value against its formula, each gradient against differences. */
import { type LabelTransform, toLogLatency } from '../../src/model';
import { openBackend, type Scalar, type Tensor, type Tensor3D } from '../../src/tensor';
import {
  huber,
  type LabelScale,
  type LossSettings,
  packRankSlots,
  relativeError,
  trainingLoss,
} from '../../src/training';
import { expectNoLeakedTensors } from '../support/expect-no-leaked-tensors';
import '../support/to-be-allclose';

const tf = openBackend('js');
const off: LossSettings = {
  absoluteWeight: 0,
  huberLimit: 1,
  relativeWeight: 0,
  relativeLimit: 1,
  relativeSmoothing: 0.05,
  rankingWeight: 0,
  ranking: 'soft',
  rankingTemperature: 0.5,
  rankingGapLimit: 1,
  likelihoodWeight: 0,
};
const logRatio: LabelTransform = { kind: 'log-ratio', estimateSlope: 1 };
const scale: LabelScale = { label: logRatio, targetMean: 0, targetDeviation: 1, gapUnit: 1 };

interface Sample {
  /** [decoder][program] mean and log-variance. */
  readonly output: readonly (readonly (readonly [number, number])[])[];
  readonly targets: readonly number[];
  readonly weights?: readonly number[];
  readonly bases?: readonly number[];
  readonly logLatencies?: readonly number[];
  readonly chunkSizes?: readonly number[];
}

function lossTensor(
  output: Tensor3D,
  sample: Sample,
  settings: Partial<LossSettings>,
  scaled: LabelScale,
): Scalar {
  const count = sample.targets.length;
  const slots = packRankSlots(sample.chunkSizes ?? [count]);
  const zeros = new Array(count).fill(0);
  return trainingLoss(
    tf,
    output,
    {
      targets: tf.tensor1d([...sample.targets]),
      weights: tf.tensor1d([...(sample.weights ?? zeros.map(() => 1))]),
      bases: tf.tensor1d([...(sample.bases ?? zeros)]),
      logLatencies: tf.tensor1d([...(sample.logLatencies ?? zeros)]),
      groups: {
        ...slots,
        programs: tf.tensor1d(slots.programs, 'int32'),
        tasks: tf.tensor2d(slots.chunks, [slots.rows, slots.slotsPerRow]),
      },
    },
    scaled,
    { ...off, ...settings },
  );
}

function lossOf(sample: Sample, settings: Partial<LossSettings>, scaled = scale): number {
  return tf.tidy(() => {
    const output = tf.tensor3d(sample.output.map((rows) => rows.map((row) => [...row])));
    const loss = lossTensor(output, sample, settings, scaled);
    return loss.dataSync()[0] as never;
  }) as unknown as number;
}

/** By central differences of the output's numbers. */
function expectGradient(sample: Sample, settings: Partial<LossSettings>, scaled = scale): void {
  const flat = sample.output.flat(2);
  const shape: [number, number, number] = [sample.output.length, sample.targets.length, 2];
  const valueAt = (numbers: readonly number[]) =>
    lossTensor(tf.tensor3d([...numbers], shape), sample, settings, scaled).dataSync()[0] as number;
  tf.tidy(() => {
    const gradient = tf.grad((output: Tensor) =>
      lossTensor(output as Tensor3D, sample, settings, scaled),
    )(tf.tensor3d(flat, shape));
    const h = 5e-3;
    const differences = flat.map((_, i) => {
      const at = (step: number) => valueAt(flat.map((x, k) => (k === i ? x + step : x)));
      return (at(h) - at(-h)) / (2 * h);
    });
    expect(Math.max(...differences.map(Math.abs))).toBeGreaterThan(0.01);
    expect(Array.from(gradient.dataSync())).toBeAllclose(differences, {
      absolute: 1e-3,
      relative: 5e-3,
    });
  });
}

/** Two decoders, six programs of two tasks; no number stands where a loss has a bend. */
const rich: Sample = {
  output: [
    [
      [0.31, -0.4],
      [1.72, 0.2],
      [-0.63, 0.7],
      [0.13, -1],
      [-1.27, 0.1],
      [0.94, 0.3],
    ],
    [
      [-0.21, 0.5],
      [0.62, -0.3],
      [0.43, 0.1],
      [-0.83, 0.2],
      [0.37, -0.6],
      [-0.54, 0.8],
    ],
  ],
  targets: [0.1, -0.8, 0.9, -0.2, 0.5, 0.25],
  weights: [1, 0.5, 2, 1.5, 0.7, 0.3],
  bases: [-8, -7.5, -8.4, -7.1, -7.9, -8.2],
  logLatencies: [-7.93, -8.11, -7.74, -7.33, -7.62, -8.04],
  chunkSizes: [4, 2],
};
const boxCox: LabelScale = {
  label: { kind: 'box-cox', lambda: -0.4, logCentre: 0 },
  targetMean: 0.2,
  targetDeviation: 0.8,
  gapUnit: 0.6,
};

describe('trainingLoss()', () => {
  it.each<[string, Partial<LossSettings>, LabelScale]>([
    ['absolute', { absoluteWeight: 1 }, scale],
    ['relative', { relativeWeight: 1 }, scale],
    ['relative, of Box-Cox labels', { relativeWeight: 1 }, boxCox],
    ['ranking, soft', { rankingWeight: 1 }, scale],
    ['ranking, logistic', { rankingWeight: 1, ranking: 'logistic' }, scale],
    ['ranking, of Box-Cox labels', { rankingWeight: 1 }, boxCox],
    [
      'absolute, relative and ranking',
      { absoluteWeight: 0.5, relativeWeight: 2, rankingWeight: 3 },
      { ...scale, targetDeviation: 0.7, targetMean: -0.1 },
    ],
  ])('should have the gradient of its differences: %s', (_, settings, scaled) => {
    expectGradient(rich, settings, scaled);
  });

  it('should be Huber’s distance by the weights', () => {
    const sample: Sample = {
      output: [
        [
          [1.5, 0],
          [4, 0],
        ],
      ],
      targets: [1, 1],
      weights: [1, 3],
    };
    expect(lossOf(sample, { absoluteWeight: 2 })).toBeCloseTo(
      (2 * (1 * (0.5 * 0.5 ** 2) + 3 * (1 * 3 - 0.5))) / (1 + 3),
      5,
    );
    const unheard = { ...sample, weights: [1, 0] };
    expect(lossOf(unheard, { absoluteWeight: 1 })).toBeCloseTo(0.5 * 0.5 ** 2, 5);
  });

  it('should be the relative error of seconds, whatever the labels are', () => {
    const [measured, ratio] = [Math.log(2e-3), 1.3];
    for (const label of [
      logRatio,
      { kind: 'log' } as const,
      { kind: 'box-cox', lambda: 0.3, logCentre: -6 } as const,
    ]) {
      const scaled = { label, targetMean: 0.2, targetDeviation: 0.5, gapUnit: 1 };
      // The mean whose latency is 1.3 times the measured one, by bisection.
      const base = label.kind === 'log' ? 0 : -6;
      const analytical = { logEstimate: base, logReference: base };
      let [low, high] = [-40, 40];
      for (let i = 0; i < 80; i++) {
        const middle = (low + high) / 2;
        const log = toLogLatency(label, analytical, 0.2 + 0.5 * middle);
        if (log < measured + Math.log(ratio)) low = middle;
        else high = middle;
      }
      const sample: Sample = {
        output: [[[low, 0]]],
        targets: [0],
        bases: [base],
        logLatencies: [measured],
      };
      const smoothing = 1e-3;
      expect(
        lossOf(sample, { relativeWeight: 1, relativeSmoothing: smoothing }, scaled),
      ).toBeCloseTo(Math.hypot(ratio - 1, smoothing) - smoothing, 3);
    }
  });

  it('should add the likelihood of the error under the variance', () => {
    const [error, logVariance] = [0.5, Math.log(2)];
    const likelihood = 0.5 * (logVariance + error ** 2 / 2);
    const sample: Sample = { output: [[[1 + error, logVariance]]], targets: [1] };
    const loss = lossOf(sample, { absoluteWeight: 1, likelihoodWeight: 2 });
    expect(loss).toBeCloseTo(0.5 * error ** 2 + 2 * likelihood, 5);
  });

  it('should not move the mean for the sake of the likelihood', () => {
    const sample: Sample = { output: [[[0.7, 0.3]]], targets: [0] };
    const gradient = tf.tidy(() =>
      Array.from(
        tf
          .grad((output: Tensor) =>
            lossTensor(output as Tensor3D, sample, { likelihoodWeight: 1 }, scale),
          )(tf.tensor3d([[[0.7, 0.3]]]))
          .dataSync(),
      ),
    ) as unknown as [number, number];
    expect(gradient[0]).toBeCloseTo(0, 6);
    // d/dv of (v + e² exp(-v)) / 2.
    expect(gradient[1]).toBeCloseTo(0.5 * (1 - 0.7 ** 2 * Math.exp(-0.3)), 5);
  });

  it('should leave no tensor behind', () =>
    expectNoLeakedTensors(tf, () =>
      lossOf(rich, { absoluteWeight: 1, relativeWeight: 1, rankingWeight: 1, likelihoodWeight: 1 }),
    ));
});

describe('ranking', () => {
  /** Two programs of one task: the first is `gap` faster. */
  const pair = (predicted: number, gap: number): Sample => ({
    output: [
      [
        [0, 0],
        [predicted, 0],
      ],
    ],
    targets: [0, gap],
    logLatencies: [0, gap],
  });

  it('should be the cross-entropy with the order measured', () => {
    const [temperature, gap] = [0.5, 0.8];
    const logistic = (x: number) => 1 / (1 + Math.exp(-x));
    for (const predicted of [-1.5, 0.3, 2]) {
      const says = logistic(predicted / temperature);
      const p = logistic(gap / temperature);
      const soft = -p * Math.log(says) - (1 - p) * Math.log(1 - says);
      expect(lossOf(pair(predicted, gap), { rankingWeight: 3 })).toBeCloseTo(3 * soft, 4);
      const hard = lossOf(pair(predicted, gap), { rankingWeight: 3, ranking: 'logistic' });
      expect(hard).toBeCloseTo(-3 * Math.log(says), 4);
    }
  });

  it('should compare latencies, not what is above the base', () => {
    const sample = { ...pair(-1, 0.5), bases: [7, 9] };
    // With bases, the second is predicted 1 slower: 9 - 1 - 7.
    const same = { ...pair(1, 0.5), bases: [7, 7] };
    expect(lossOf(sample, { rankingWeight: 1 })).toBeCloseTo(lossOf(same, { rankingWeight: 1 }), 5);
  });

  it('should be least where the predicted gap is the measured one, if soft', () => {
    const gap = 0.7;
    const at = (predicted: number) => lossOf(pair(predicted, gap), { rankingWeight: 1 });
    expect(at(gap)).toBeLessThan(at(gap - 0.2));
    expect(at(gap)).toBeLessThan(at(gap + 0.2));
  });

  it('should weigh pairs by their gap up to the limit, and by the faster one', () => {
    const sample: Sample = {
      output: [
        [
          [0, 0],
          [0.2, 0],
          [0.1, 0],
        ],
      ],
      targets: [0, 0, 0],
      logLatencies: [0, 0.25, 3],
      weights: [1, 2, 5],
    };
    const entropy = (gap: number) => Math.log1p(Math.exp(-gap / 0.5));
    const terms: [weight: number, gap: number][] = [
      [0.25 * 1, 0.2],
      [1 * 1, 0.1],
      [1 * 2, -0.1],
    ];
    const total = terms.reduce((sum, [weight]) => sum + weight, 0);
    const expected = terms.reduce((sum, [weight, gap]) => sum + weight * entropy(gap), 0) / total;
    expect(lossOf(sample, { rankingWeight: 1, ranking: 'logistic' })).toBeCloseTo(expected, 4);
  });

  it('should compare nothing across tasks', () => {
    const sample = { ...pair(-3, 1), chunkSizes: [1, 1] };
    expect(lossOf(sample, { rankingWeight: 1 })).toBe(0);
    const four: Sample = {
      output: [[...(pair(1, 1).output[0] ?? []), ...(pair(1, 1).output[0] ?? [])]],
      targets: [0, 0, 0, 0],
      logLatencies: [0, 1, 50, 51],
      chunkSizes: [2, 2],
    };
    expect(lossOf(four, { rankingWeight: 1 })).toBeCloseTo(
      lossOf(pair(1, 1), { rankingWeight: 1 }),
      5,
    );
  });
});

describe('huber() and relativeError()', () => {
  const valuesOf = (f: (x: Tensor) => Tensor, at: number[]) =>
    tf.tidy(() => Array.from(f(tf.tensor1d(at)).dataSync()) as never) as unknown as number[];

  it('should be the square within the limit and a line beyond it', () => {
    expect(valuesOf((x) => huber(x, 1.5), [-0.4, 1.5, 5])).toBeAllclose([
      0.4 ** 2 / 2,
      1.5 ** 2 / 2,
      1.5 * 5 - 1.5 ** 2 / 2,
    ]);
  });

  it('should grow in a line where an exponential would run away', () => {
    const settings = { relativeLimit: 1, relativeSmoothing: 1e-3 };
    const at = [-30, -0.5, 1, 4];
    expect(valuesOf((x) => relativeError(x, settings), at)).toBeAllclose(
      [1, 1 - Math.exp(-0.5), Math.E - 1, Math.E * (1 + 3) - 1],
      { absolute: 2e-3 },
    );
  });
});
