import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Code, PredictorError } from '../errors';

/** Compressed bytes taken at a time: a thousandfold expansion is still but 16 MiB. */
const CHUNK_BYTES = 16 * 1024;
const UNPACKED_CHUNK_BYTES = 64 * 1024;
const PLAIN_CHUNK_BYTES = 256 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b];

/** Told of bytes taken from the file, compressed ones where it is compressed. */
export type OnRead = (byteCount: number) => void;

/** Bytes of a file, unpacked where it is gzip (by its first bytes, not its name). */
export async function* readBytes(
  path: string,
  isGzip: boolean,
  onRead: OnRead,
): AsyncGenerator<Buffer> {
  const highWaterMark = isGzip ? CHUNK_BYTES : PLAIN_CHUNK_BYTES;
  const source = counted(createReadStream(path, { highWaterMark }), onRead);
  yield* isGzip ? gunzip(source) : source;
}

async function* counted(source: AsyncIterable<Buffer>, onRead: OnRead): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    onRead(chunk.length);
    yield chunk;
  }
}

export function startsAsGzip(bytes: Uint8Array): boolean {
  return GZIP_MAGIC.every((byte, at) => bytes[at] === byte);
}

/**
 * Unpacks chunk by chunk. Where the data is cut or damaged, everything before
 * that comes first, then DATA_LOSS; reading from the stream itself would lose it.
 */
async function* gunzip(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const stream = createGunzip({ chunkSize: UNPACKED_CHUNK_BYTES });
  let unpacked: Buffer[] = [];
  let failure: Error | undefined;
  stream.on('data', (chunk: Buffer) => unpacked.push(chunk));
  stream.on('error', (error) => {
    failure = error;
  });
  const closed = new Promise<void>((resolve) => stream.once('close', resolve));
  const take = (): Buffer[] => {
    const taken = unpacked;
    unpacked = [];
    return taken;
  };
  try {
    for await (const chunk of source) {
      const written = new Promise<void>((resolve) => stream.write(chunk, () => resolve()));
      // A write that fails never calls back.
      await Promise.race([written, closed]);
      yield* take();
      if (failure !== undefined) break;
    }
    if (failure === undefined) {
      stream.end();
      await closed;
      yield* take();
    }
  } finally {
    stream.destroy();
  }
  if (failure !== undefined) {
    throw new PredictorError(Code.DataLoss, failure.message, { cause: failure });
  }
}
