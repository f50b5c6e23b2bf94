import { type ServiceError, type StatusObject, status } from '@grpc/grpc-js';
import { Code, PredictorError } from '../errors';

/** HTTP/2 trailers share 16 KiB by default; the message stays well below. */
const MAX_DETAILS_CHARACTERS = 2048;

/** What grpc-js takes as a call's failure. */
export type CallFailure = Pick<ServiceError, 'code' | 'details'>;

/**
 * The one mapping of our errors to gRPC. `Code` has gRPC's numbers, so the code
 * maps to itself; a foreign error that no room has translated is INTERNAL, and
 * its text, which may hold anything, stays in the log.
 */
export function callFailureOf(thrown: unknown): CallFailure {
  if (thrown instanceof PredictorError) {
    return { code: thrown.code as number, details: presentable(thrown.rawMessage) };
  }
  if (isAbort(thrown)) return { code: status.CANCELLED, details: 'the call was cancelled' };
  return { code: status.INTERNAL, details: 'internal: unexpected failure; see the log' };
}

/** True for failures that are ours to repair rather than the caller's. */
export function isServerFault(failure: CallFailure): boolean {
  const faults: readonly number[] = [Code.Unknown, Code.Internal, Code.DataLoss];
  return faults.includes(failure.code);
}

function isAbort(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && 'name' in thrown
    ? thrown.name === 'AbortError'
    : false;
}

/** grpc-js percent-encodes details, which throws on half a surrogate pair: a quoted text may be cut in one. */
function presentable(message: string): StatusObject['details'] {
  const cut =
    message.length > MAX_DETAILS_CHARACTERS
      ? `${message.slice(0, MAX_DETAILS_CHARACTERS)} [cut]`
      : message;
  return cut.replace(/\p{Surrogate}/gu, '\ufffd');
}
