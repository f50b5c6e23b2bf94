import { Code, PredictorError } from '../errors';

/** Why a signal was aborted, as CANCELLED or DEADLINE_EXCEEDED, or as its reason says. */
export function abortError(signal: AbortSignal): PredictorError {
  const reason: unknown = signal.reason;
  const timedOut = (reason as { name?: unknown } | undefined)?.name === 'TimeoutError';
  return PredictorError.from(reason, timedOut ? Code.DeadlineExceeded : Code.Cancelled);
}
