import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gunzipSync } from 'node:zlib';
import { UNFINISHED } from '../base';
import { Code, PredictorError } from '../errors';

const LINES_AT_ONCE = 512;

/** Makes the folder too. The file is whole or not there; the same lines are the same content. */
export async function writeGzipLines(
  path: string,
  lines: Iterable<unknown> | AsyncIterable<unknown>,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}${UNFINISHED}`;
  const gzip = createGzip({ level: 4 });
  await pipeline(Readable.from(asText(lines)), gzip, createWriteStream(unfinished));
  await rename(unfinished, path);
}

/** Parsed lines, all at once. NOT_FOUND where there is no file, DATA_LOSS where it is damaged. */
export async function readGzipLines(path: string): Promise<readonly unknown[]> {
  try {
    const text = gunzipSync(await readFile(path)).toString('utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  } catch (thrown) {
    const isMissing = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
    const what = isMissing ? 'is not there' : `is damaged: ${(thrown as Error).message}`;
    const code = isMissing ? Code.NotFound : Code.DataLoss;
    const message = `file "${path}" ${what}; remove it and run again`;
    throw new PredictorError(code, message, { cause: thrown });
  }
}

async function* asText(lines: Iterable<unknown> | AsyncIterable<unknown>): AsyncGenerator<string> {
  let held: string[] = [];
  for await (const line of lines) {
    held.push(JSON.stringify(line));
    if (held.length < LINES_AT_ONCE) continue;
    yield `${held.join('\n')}\n`;
    held = [];
  }
  if (held.length > 0) yield `${held.join('\n')}\n`;
}
