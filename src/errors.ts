/**
 * The one error class and its closed set of codes.
 *
 * Messages follow one template: field, value, bound, what to do. Foreign errors
 * become ours at the door of the room that meets them.
 */

/** Equal to gRPC's status numbers, so that the mapping to the wire is the identity. */
export enum Code {
  Cancelled = 1,
  Unknown = 2,
  InvalidArgument = 3,
  DeadlineExceeded = 4,
  NotFound = 5,
  AlreadyExists = 6,
  PermissionDenied = 7,
  ResourceExhausted = 8,
  FailedPrecondition = 9,
  Aborted = 10,
  OutOfRange = 11,
  Unimplemented = 12,
  Internal = 13,
  Unavailable = 14,
  DataLoss = 15,
  Unauthenticated = 16,
}

export interface PredictorErrorOptions {
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

export class PredictorError extends Error {
  override readonly name = 'PredictorError';
  readonly code: Code;
  /** The message without the code in front of it. */
  readonly rawMessage: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: Code, rawMessage: string, options: PredictorErrorOptions = {}) {
    super(
      `[${codeName(code)}] ${rawMessage}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.rawMessage = rawMessage;
    this.details = Object.freeze({ ...options.details });
  }

  /** The only normaliser: whatever was thrown, as one of ours. */
  static from(thrown: unknown, code: Code = Code.Internal): PredictorError {
    if (thrown instanceof PredictorError) return thrown;
    if (thrown instanceof Error) {
      if (thrown.name === 'AbortError') {
        return new PredictorError(Code.Cancelled, thrown.message, { cause: thrown });
      }
      return new PredictorError(code, thrown.message, { cause: thrown });
    }
    return new PredictorError(code, String(thrown), { cause: thrown });
  }
}

/** `InvalidArgument` as gRPC spells it: `invalid_argument`. */
export function codeName(code: Code): string {
  const name = Code[code] ?? 'Unknown';
  return name.replace(/(?<!^)([A-Z])/g, '_$1').toLowerCase();
}

export function invalidArgument(message: string, options?: PredictorErrorOptions): PredictorError {
  return new PredictorError(Code.InvalidArgument, message, options);
}

/** A broken invariant of our own: never the caller's fault. */
export function internalError(message: string, options?: PredictorErrorOptions): PredictorError {
  return new PredictorError(Code.Internal, `internal: ${message}`, options);
}
