import { type Clock, type Log, silentLog, systemClock } from '../base';
import { invalidArgument } from '../errors';
import type { CostModelService } from '../serving';
import { MAX_MESSAGE_BYTES } from '../wire';

/** Certificate chain and private key, PEM. */
export interface TlsIdentity {
  readonly certificateChain: Buffer;
  readonly privateKey: Buffer;
}

export interface ServerOptions {
  readonly service: CostModelService;
  /** Default: no TLS, for loopback and sockets, where there is nobody to listen. */
  readonly tls?: TlsIdentity | undefined;
  /** What callers present as `authorization: Bearer`. Default: no token, for the same places. */
  readonly token?: string | undefined;
  /** Of a request or a response. Default 64 MiB: the largest artifact; a thousand programs are 4 MiB. */
  readonly maxMessageBytes?: number;
  /** How long `drain` waits for calls under way. Default 30 s: a search's largest call takes about one. */
  readonly drainTimeoutMs?: number;
  /** Default: says nothing. */
  readonly log?: Log;
  /** Default: the system's. Deadlines of callers are wall time. */
  readonly clock?: Clock;
}

export type ValidServerOptions = Required<ServerOptions>;

/** Fills the defaults; INVALID_ARGUMENT with field, value and bound. */
export function validateServerOptions(options: ServerOptions): ValidServerOptions {
  const { maxMessageBytes = MAX_MESSAGE_BYTES, drainTimeoutMs = 30_000, token } = options;
  assertWithin('maxMessageBytes', maxMessageBytes, 1024, 2 ** 31 - 1);
  assertWithin('drainTimeoutMs', drainTimeoutMs, 0, 3_600_000);
  if (token === '') throw invalidArgument('token is empty; leave it out for a server without one');
  return Object.freeze({
    service: options.service,
    tls: options.tls,
    token,
    maxMessageBytes,
    drainTimeoutMs,
    log: options.log ?? silentLog,
    clock: options.clock ?? systemClock,
  });
}

function assertWithin(field: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw invalidArgument(`${field} is ${value}; it must be an integer from ${least} to ${most}`);
  }
}
