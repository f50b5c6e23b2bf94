/** From a latency to the number that the network learns, and back. */
import type { Tensor, Tf } from '../tensor';
import {
  type AnalyticalLatency,
  fitEstimateSlope,
  logBase,
  type MeasuredEstimate,
} from './analytical-latency';
import {
  boxCox,
  fitLambda,
  inverseBoxCox,
  inverseBoxCoxSlope,
  inverseBoxCoxTensor,
} from './box-cox';

/**
 * A label is what lies above a base, ln(latency) − base, or a power transform of it.
 *
 * | kind | base | label |
 * |---|---|---|
 * | `log-ratio` | the analytical estimate, its differences within a task scaled by the slope | what is above it |
 * | `log` | 0 | ln(latency) |
 * | `box-cox` | mean of ln(latency) over the training data | Box & Cox's transform of latency over that mean |
 */
export type LabelTransform =
  | { readonly kind: 'log-ratio'; readonly estimateSlope: number }
  | { readonly kind: 'log' }
  | { readonly kind: 'box-cox'; readonly lambda: number; readonly logCentre: number };

export const labelKinds = Object.freeze(['log-ratio', 'log', 'box-cox'] as const);
export type LabelKind = LabelTransform['kind'];

/** ln of what no program of ours reaches, so that a latency stays finite and positive: e^±60 seconds. */
const MOST_LOG_LATENCY = 60;

/** Fitted on training data alone. */
export function fitLabelTransform(
  kind: LabelKind,
  measured: readonly MeasuredEstimate[],
): LabelTransform {
  switch (kind) {
    case 'log-ratio':
      return { kind, estimateSlope: fitEstimateSlope(measured) };
    case 'log':
      return { kind };
    case 'box-cox': {
      const logs = Float64Array.from(measured, ({ logLatency }) => logLatency);
      const logCentre = logs.reduce((sum, log) => sum + log, 0) / Math.max(1, logs.length);
      return { kind, lambda: fitLambda(logs), logCentre };
    }
  }
}

/** Natural logarithm of seconds: what the network need not say. */
export function labelBase(label: LabelTransform, analytical: AnalyticalLatency): number {
  switch (label.kind) {
    case 'log-ratio':
      return logBase(label.estimateSlope, analytical);
    case 'log':
      return 0;
    case 'box-cox':
      return label.logCentre;
  }
}

export function toLabel(
  label: LabelTransform,
  analytical: AnalyticalLatency,
  logLatency: number,
): number {
  const above = logLatency - labelBase(label, analytical);
  return label.kind === 'box-cox' ? boxCox(above, label.lambda) : above;
}

/** ln(latency) of a label; finite for every finite label, and increasing. */
export function toLogLatency(
  label: LabelTransform,
  analytical: AnalyticalLatency,
  value: number,
): number {
  const above = label.kind === 'box-cox' ? inverseBoxCox(value, label.lambda) : value;
  const logLatency = labelBase(label, analytical) + above;
  return Math.max(-MOST_LOG_LATENCY, Math.min(MOST_LOG_LATENCY, logLatency));
}

/** How much ln(latency) changes with the label: what a deviation of the label is multiplied by. */
export function logLatencySlope(label: LabelTransform, value: number): number {
  return label.kind === 'box-cox' ? inverseBoxCoxSlope(value, label.lambda) : 1;
}

/** ln(latency) − base of labels; differentiable. */
export function aboveBase<T extends Tensor>(tf: Tf, label: LabelTransform, labels: T): T {
  return label.kind === 'box-cox' ? inverseBoxCoxTensor(tf, labels, label.lambda) : labels;
}
