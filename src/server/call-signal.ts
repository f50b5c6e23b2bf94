import { Code, PredictorError } from '../errors';

/** What grpc-js offers of every kind of call. */
export interface CancellableCall {
  readonly cancelled: boolean;
  getDeadline(): Date | number;
  once(event: 'cancelled', listener: () => void): unknown;
}

/**
 * A signal that aborts when the caller cancels, loses its connection or lets
 * its deadline pass. The reason is a PredictorError: CANCELLED or
 * DEADLINE_EXCEEDED. grpc-js itself answers an expired call and then reports it
 * as cancelled, so that one event covers all three.
 */
export function createCallSignal(call: CancellableCall, wallMs: () => number): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => {
    const expired = wallMs() >= Number(call.getDeadline());
    const reason = expired
      ? new PredictorError(Code.DeadlineExceeded, 'the deadline of the call has passed')
      : new PredictorError(Code.Cancelled, 'the caller cancelled the call or went away');
    controller.abort(reason);
  };
  if (call.cancelled) abort();
  else call.once('cancelled', abort);
  return controller.signal;
}
