import { Code } from '../errors';

/**
 * SQLSTATE, or its class of two characters, where it says more than "it failed"; see
 * https://www.postgresql.org/docs/current/errcodes-appendix.html. The first that fits counts.
 */
const SQLSTATE_CODES: readonly (readonly [prefix: string, code: Code])[] = [
  // Connections that ended, cannot be had now, or reach a server that takes no writes now.
  ['08', Code.Unavailable],
  ['57P', Code.Unavailable],
  ['53300', Code.Unavailable],
  ['25006', Code.Unavailable],
  // Another transaction was in the way.
  ['40', Code.Unavailable],
  ['55P03', Code.Unavailable],
  ['25P03', Code.Unavailable],
  // A text with characters that a text cannot have, or too long for an index.
  ['22021', Code.InvalidArgument],
  ['54000', Code.InvalidArgument],
  ['57014', Code.DeadlineExceeded],
  ['53', Code.ResourceExhausted],
  ['54', Code.ResourceExhausted],
  ['28', Code.PermissionDenied],
  ['42501', Code.PermissionDenied],
  ['3D000', Code.FailedPrecondition],
  ['3F000', Code.FailedPrecondition],
  ['XX001', Code.DataLoss],
  ['XX002', Code.DataLoss],
];

/** What the network says where there is no server to say anything. */
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** pg's own errors about connections have no code. */
const LOST_CONNECTION =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Client was closed)/;

/**
 * The code of an error that pg threw; undefined for one that means nothing to us. By what it has
 * and not by its class: where tests run, Node's own errors are not of their `Error`.
 */
export function postgresCodeOf(thrown: unknown): Code | undefined {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const { code, syscall, message } = thrown as Partial<NodeJS.ErrnoException>;
  if (syscall === 'connect' || NETWORK_CODES.has(code ?? '')) return Code.Unavailable;
  if (LOST_CONNECTION.test(message ?? '')) return Code.Unavailable;
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) return undefined;
  return SQLSTATE_CODES.find(([prefix]) => code.startsWith(prefix))?.[1];
}
