import { internalError, invalidArgument } from '../errors';

/**
 * An int64 as proto-loader hands it over (decimal text), as a number.
 * INVALID_ARGUMENT beyond 2^53, where a number would no longer be exact.
 */
export function decodeInt64(field: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) {
    throw invalidArgument(
      `${field} is ${text}; at most ${Number.MAX_SAFE_INTEGER} in magnitude is allowed`,
    );
  }
  return value;
}

/** Like `decodeInt64`, and INVALID_ARGUMENT below 0. */
export function decodeCount(field: string, text: string): number {
  const value = decodeInt64(field, text);
  if (value < 0) throw invalidArgument(`${field} is ${text}; at least 0 is required`);
  return value;
}

/** protobufjs takes numbers; this keeps a fraction or a NaN of ours from being cut silently. */
export function encodeInt64(field: string, value: number): number {
  if (!Number.isSafeInteger(value)) throw internalError(`${field} is ${value}, not an integer`);
  return value;
}

/** INVALID_ARGUMENT for NaN and the infinities. */
export function decodeFinite(field: string, value: number): number {
  if (!Number.isFinite(value)) throw invalidArgument(`${field} is ${value}; it must be finite`);
  return value;
}
