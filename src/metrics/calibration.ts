/** Whether the predicted uncertainty, a normal distribution of ln(latency), is what it says. */
import { errorFunction } from './error-function';
import type { Judged } from './judged';

/** Central intervals whose coverage is reported. */
export const COVERAGE_LEVELS: readonly number[] = Object.freeze([0.5, 0.8, 0.9, 0.95]);
/** Points of the reliability curve: 5 %, 10 %, ..., 95 %. */
const RELIABILITY_LEVELS: readonly number[] = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);
const DEVIATION_BINS = 10;

/** A central interval that should hold this share of the measurements, and the share that it held. */
export interface Coverage {
  readonly nominal: number;
  readonly observed: number;
}

/** Programs with predicted deviations that are next to each other. */
export interface DeviationBin {
  readonly count: number;
  /** Root mean square of the predicted deviations of ln(latency). */
  readonly predicted: number;
  /** Root mean square of the errors of ln(latency): equal to it where the uncertainty is right. */
  readonly observed: number;
}

export interface Calibration {
  /** At `COVERAGE_LEVELS`. */
  readonly coverage: readonly Coverage[];
  /** From 5 % to 95 % (Kuleshov et al. 2018, section 3.3). */
  readonly reliability: readonly Coverage[];
  /** Mean of |observed - nominal| along it. */
  readonly reliabilityError: number;
  /** Ten of equally many programs, by predicted deviation, ascending; fewer of few programs. */
  readonly bins: readonly DeviationBin[];
  /** Mean of -ln of the density of ln(latency), nats: lower is better. */
  readonly negativeLogLikelihood: number;
}

/** Null of nothing, and where a predictor tells no uncertainty (a deviation of 0). */
export function calibration(judged: readonly Judged[]): Calibration | null {
  if (judged.length === 0 || !judged.every(hasDeviation)) return null;
  const shares = Float64Array.from(judged, centralShare).sort();
  const coverageAt = (nominal: number): Coverage => ({
    nominal,
    observed: countUpTo(shares, nominal) / shares.length,
  });
  const reliability = RELIABILITY_LEVELS.map(coverageAt);
  const gaps = reliability.map(({ nominal, observed }) => Math.abs(observed - nominal));
  return {
    coverage: COVERAGE_LEVELS.map(coverageAt),
    reliability,
    reliabilityError: mean(gaps),
    bins: binsByDeviation(judged),
    negativeLogLikelihood: mean(judged.map(negativeLogLikelihood)),
  };
}

export function hasDeviation({ logStandardDeviation }: Judged): boolean {
  return logStandardDeviation > 0;
}

/** Of the central intervals around the prediction, the share of the smallest that holds the measurement. */
export function centralShare(one: Judged): number {
  return errorFunction(Math.abs(standardError(one)) / Math.SQRT2);
}

/** -ln of the normal density at ln(latency), nats. */
export function negativeLogLikelihood(one: Judged): number {
  const error = standardError(one);
  return Math.log(one.logStandardDeviation) + (error * error + Math.log(2 * Math.PI)) / 2;
}

function logError({ latencySeconds, predictedSeconds }: Judged): number {
  return Math.log(latencySeconds / predictedSeconds);
}

function standardError(one: Judged): number {
  return logError(one) / one.logStandardDeviation;
}

function binsByDeviation(judged: readonly Judged[]): readonly DeviationBin[] {
  const sorted = [...judged].sort((a, b) => a.logStandardDeviation - b.logStandardDeviation);
  const count = Math.min(DEVIATION_BINS, sorted.length);
  return Array.from({ length: count }, (_, bin) => {
    const members = sorted.slice(
      Math.floor((bin * sorted.length) / count),
      Math.floor(((bin + 1) * sorted.length) / count),
    );
    return {
      count: members.length,
      predicted: rootMeanSquare(members.map((one) => one.logStandardDeviation)),
      observed: rootMeanSquare(members.map(logError)),
    };
  });
}

/** How many of ascending numbers are at most `bound`. */
function countUpTo(ascending: Float64Array, bound: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(mean(values.map((value) => value * value)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
