import { Code } from '../errors';
import type { Prediction } from '../predictor';

/**
 * The predictions with every latency that is no latency made an INTERNAL
 * failure of its program: no NaN crosses serving.
 */
export function soundPredictions(predictions: readonly Prediction[]): readonly Prediction[] {
  return predictions.every(isSound)
    ? predictions
    : predictions.map((prediction) => (isSound(prediction) ? prediction : asFailure(prediction)));
}

function isSound(prediction: Prediction): boolean {
  if (!prediction.ok) return true;
  const { latencySeconds, logStandardDeviation } = prediction;
  return (
    Number.isFinite(latencySeconds) &&
    latencySeconds > 0 &&
    Number.isFinite(logStandardDeviation) &&
    logStandardDeviation >= 0
  );
}

function asFailure(prediction: Prediction): Prediction {
  const said = prediction.ok
    ? `latency ${prediction.latencySeconds} s, deviation ${prediction.logStandardDeviation}`
    : '';
  return {
    ok: false,
    failure: 'unreadable',
    code: Code.Internal,
    reason: `internal: the predictor gave ${said}; expected finite numbers, the latency above 0`,
  };
}
