import { invalidArgument } from '../errors';
import { MAX_MESSAGE_BYTES } from '../wire';

export interface CostModelClientOptions {
  /** `host:port` or `unix:/path`. */
  readonly address: string;
  /** Default: no TLS. Without root certificates those that Node knows are trusted. */
  readonly tls?: { readonly rootCertificates?: Buffer | undefined } | undefined;
  /** Sent as `authorization: Bearer` with every call. Default: none. */
  readonly token?: string | undefined;
  /**
   * For one call with all of its retries and with waiting for a server that is
   * not there yet. Default 60 s: a server restarts in less.
   */
  readonly deadlineMs?: number;
  /** Attempts of one call, retries included, 1 to 5 (the most that gRPC allows). Default 5. */
  readonly maxAttempts?: number;
  /** Of a response. Default 64 MiB, as the server has it. */
  readonly maxMessageBytes?: number;
}

export type ValidCostModelClientOptions = Required<CostModelClientOptions>;

/** Fills the defaults; INVALID_ARGUMENT with field, value and bound. */
export function validateClientOptions(
  options: CostModelClientOptions,
): ValidCostModelClientOptions {
  const { address, deadlineMs = 60_000, maxAttempts = 5 } = options;
  const { maxMessageBytes = MAX_MESSAGE_BYTES } = options;
  if (address === '') throw invalidArgument('address is empty; it is required');
  assertWithin('deadlineMs', deadlineMs, 1, 2 ** 31 - 1);
  assertWithin('maxAttempts', maxAttempts, 1, 5);
  assertWithin('maxMessageBytes', maxMessageBytes, 1024, 2 ** 31 - 1);
  const { tls, token } = options;
  return Object.freeze({ address, tls, token, deadlineMs, maxAttempts, maxMessageBytes });
}

function assertWithin(field: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw invalidArgument(`${field} is ${value}; it must be an integer from ${least} to ${most}`);
  }
}
