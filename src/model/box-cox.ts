/**
 * The power transform of Box & Cox (1964, equation 1) on a logarithmic axis.
 *
 * With a = ln(t / t₀), t₀ the geometric mean of the training data, the label is
 * (u − 1) / λ with u = exp(λ·a). Not every label has such a u: the network may say
 * one whose u would be 0 or less, and then the textbook's inverse is not a number.
 * So the logarithm of u goes on along its tangent below `LEAST_POWER`: both ways
 * are one increasing function on all numbers, and each is the other's inverse.
 */
import type { Tensor, Tf } from '../tensor';

/** Powers below this are continued along the tangent; of measured latencies next to none are. */
const LEAST_POWER = 0.02;
/** Nearer to 0 than this, the transform is the logarithm itself. */
const LEAST_LAMBDA = 1e-4;
const LAMBDA_RANGE: readonly [number, number] = [-2, 2];
/** The likelihood is looked at on a grid before it is refined: it may have two hills. */
const GRID_STEPS = 32;
const REFINEMENTS = 20;
/** So many numbers fix λ to the third digit. */
const MOST_NUMBERS = 20_000;

/** @param above ln(t / t₀) */
export function boxCox(above: number, lambda: number): number {
  if (Math.abs(lambda) < LEAST_LAMBDA) return above;
  const exponent = lambda * above;
  const least = Math.log(LEAST_POWER);
  if (exponent >= least) return Math.expm1(exponent) / lambda;
  return (LEAST_POWER * (1 + exponent - least) - 1) / lambda;
}

/** ln(t / t₀) of a label: finite for every finite label, and increasing. */
export function inverseBoxCox(label: number, lambda: number): number {
  if (Math.abs(lambda) < LEAST_LAMBDA) return label;
  const excess = lambda * label;
  if (excess >= LEAST_POWER - 1) return Math.log1p(excess) / lambda;
  return (Math.log(LEAST_POWER) + (1 + excess) / LEAST_POWER - 1) / lambda;
}

/** The derivative of `inverseBoxCox`; positive. */
export function inverseBoxCoxSlope(label: number, lambda: number): number {
  if (Math.abs(lambda) < LEAST_LAMBDA) return 1;
  return 1 / Math.max(LEAST_POWER, 1 + lambda * label);
}

/** `inverseBoxCox` of each number; differentiable. */
export function inverseBoxCoxTensor<T extends Tensor>(tf: Tf, labels: T, lambda: number): T {
  if (Math.abs(lambda) < LEAST_LAMBDA) return labels;
  const power = labels.mul(lambda).add(1);
  const inside = tf.maximum(power, LEAST_POWER);
  return inside.log().add(power.sub(inside).div(LEAST_POWER)).div<T>(lambda);
}

/**
 * The λ of greatest likelihood that the labels are normal. Over deviations from
 * their own mean the Jacobian's part is the same for each λ (Box & Cox 1964,
 * section 2), so that it is the λ of least variance.
 *
 * @param logs natural logarithms; their mean is ln(t₀)
 */
export function fitLambda(logs: ArrayLike<number>): number {
  const stride = Math.max(1, Math.ceil(logs.length / MOST_NUMBERS));
  const chosen = Float64Array.from(
    { length: Math.ceil(logs.length / stride) },
    (_, i) => logs[i * stride] as number,
  );
  const centre = meanOf(chosen);
  const above = chosen.map((value) => value - centre);
  // Numbers that are all alike are as likely under one λ as under another.
  if (above.every((value) => Math.abs(value) < 1e-9)) return 0;
  const variance = (lambda: number): number => {
    const labels = above.map((value) =>
      Math.abs(lambda) < LEAST_LAMBDA ? value : Math.expm1(lambda * value) / lambda,
    );
    const mean = meanOf(labels);
    return labels.reduce((sum, label) => sum + (label - mean) ** 2, 0);
  };
  const [least, most] = LAMBDA_RANGE;
  const step = (most - least) / GRID_STEPS;
  let best = 0;
  for (let i = 0; i <= GRID_STEPS; i++) {
    if (variance(least + i * step) < variance(best)) best = least + i * step;
  }
  return goldenSection(variance, Math.max(least, best - step), Math.min(most, best + step));
}

/** Where a function with one valley between the bounds is lowest (Kiefer 1953). */
function goldenSection(f: (x: number) => number, least: number, most: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [least, most];
  for (let i = 0; i < REFINEMENTS; i++) {
    const left = high - ratio * (high - low);
    const right = low + ratio * (high - low);
    if (f(left) < f(right)) high = right;
    else low = left;
  }
  return (low + high) / 2;
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
