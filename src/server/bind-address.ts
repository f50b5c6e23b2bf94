import { chmod, lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Server, ServerCredentials } from '@grpc/grpc-js';
import { Code, PredictorError } from '../errors';

/**
 * Binds `host:port` or `unix:/path`; port 0 takes a free one. Returns the address
 * with the port that it got. FAILED_PRECONDITION where it cannot be bound. A
 * socket file that a killed server has left behind is taken over; the file is
 * for its owner alone.
 */
export async function bindAddress(
  server: Server,
  address: string,
  credentials: ServerCredentials,
): Promise<string> {
  const socketPath = /^unix:(?:\/\/(?=\/))?(.+)$/.exec(address)?.[1];
  if (socketPath !== undefined) await removeStaleSocket(address, socketPath);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, credentials, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(cannotBind(address, error.message, error));
    });
  });
  if (socketPath === undefined) return address.replace(/:\d+$/, `:${port}`);
  await chmod(socketPath, 0o600);
  return address;
}

async function removeStaleSocket(address: string, path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) throw cannotBind(address, 'a file that is no socket is in the way');
  if (await answers(path)) throw cannotBind(address, 'another server answers there');
  await unlink(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function cannotBind(address: string, reason: string, cause?: unknown): PredictorError {
  return new PredictorError(
    Code.FailedPrecondition,
    `address ${address} cannot be bound: ${reason}`,
    { cause },
  );
}
