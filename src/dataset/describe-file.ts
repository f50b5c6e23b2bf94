import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { DatasetFile } from './dataset-card';

/** Size and checksum of a file, as a card has them. */
export async function describeFile(path: string): Promise<Pick<DatasetFile, 'bytes' | 'sha256'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
