import { isIPv4, isIPv6 } from 'node:net';
import { invalidArgument } from '../errors';

/** Where a server listens or is found. */
export interface Address {
  /** `host:port`, `[ipv6]:port` or `unix:/path`, as gRPC takes it. */
  readonly text: string;
  /** True where only this machine can reach it. */
  readonly isLocal: boolean;
}

/** Linux keeps a socket's path in 108 bytes with a zero at the end. */
const MAX_SOCKET_PATH_BYTES = 107;

/** INVALID_ARGUMENT, with `field` in front, for a text that is no address. */
export function parseAddress(field: string, text: string): Address {
  const path = /^unix:(?:\/\/(?=\/))?(.*)$/.exec(text)?.[1];
  if (path !== undefined) {
    const bytes = Buffer.byteLength(path);
    if (bytes < 1 || bytes > MAX_SOCKET_PATH_BYTES) {
      throw invalidArgument(
        `${field} is "${text}"; the path must have 1 to ${MAX_SOCKET_PATH_BYTES} bytes`,
      );
    }
    return Object.freeze({ text, isLocal: true });
  }
  const [, host = '', port = ''] = /^(\[[^\]]+\]|[^:[\]/\s]+):(\d{1,5})$/.exec(text) ?? [];
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const isBracketed = bare !== host;
  if (bare === '' || Number(port) > 65_535 || (isBracketed && !isIPv6(bare))) {
    throw invalidArgument(
      `${field} is "${text}"; it must be host:port with a port from 0 to 65535, or unix:/path`,
    );
  }
  return Object.freeze({ text, isLocal: isLoopback(bare) });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
