/** How far predicted latencies are from measured ones, without regard to tasks. */
import type { Judged } from './judged';

/** |predicted - measured| / measured, a share. */
export function relativeError({ latencySeconds, predictedSeconds }: Judged): number {
  return Math.abs(predictedSeconds - latencySeconds) / latencySeconds;
}

/** Mean absolute percentage error, in percent; NaN of nothing. */
export function mape(judged: readonly Judged[]): number {
  return (100 * judged.reduce((sum, one) => sum + relativeError(one), 0)) / judged.length;
}

/** Median absolute percentage error, in percent: what one program in two is within; NaN of nothing. */
export function medianApe(judged: readonly Judged[]): number {
  const errors = Float64Array.from(judged, relativeError).sort();
  const lower = errors[Math.ceil(errors.length / 2) - 1] ?? Number.NaN;
  const upper = errors[Math.floor(errors.length / 2)] ?? Number.NaN;
  return 50 * (lower + upper);
}

/** Share of the programs whose prediction is off by at most `percent`; NaN of nothing. */
export function accuracyWithin(judged: readonly Judged[], percent: number): number {
  const within = judged.filter((one) => relativeError(one) <= percent / 100).length;
  return within / judged.length;
}
