import { open } from 'node:fs/promises';
import { invalidArgument, PredictorError } from '../errors';
import { LineSplitter, type RawLine } from './line-splitter';
import type { LogRecord } from './log-record';
import { parseLogLine } from './parse-log-line';
import { type OnRead, readBytes, startsAsGzip } from './read-bytes';

/** A line of a log that should be a record: the record, or why it is none. */
export type LogLine =
  | {
      readonly ok: true;
      readonly number: number;
      readonly text: string;
      readonly record: LogRecord;
    }
  | { readonly ok: false; readonly number: number; readonly reason: string };

export interface ReadLogOptions {
  /** Lines up to this number are passed over unread. Default: 0, none. */
  readonly afterLine?: number;
  readonly onRead?: OnRead;
}

/**
 * The lines of a log, plain or gzip, in their order and some at a time; memory
 * stays bounded whatever the file holds. Empty lines and comments (TVM passes
 * over lines that begin with `#` or a blank) are left out.
 *
 * A line that is no record is a value. Compressed data that is cut or damaged is
 * one broken line after everything before it. INVALID_ARGUMENT for a file that
 * cannot be read.
 */
export async function* readLog(
  path: string,
  options: ReadLogOptions = {},
): AsyncGenerator<readonly LogLine[]> {
  const { afterLine = 0, onRead = () => undefined } = options;
  const splitter = new LineSplitter();
  let lastNumber = 0;
  const parsed = (lines: readonly RawLine[]): LogLine[] => {
    lastNumber = lines.at(-1)?.number ?? lastNumber;
    return lines.filter((line) => line.number > afterLine && isMeant(line)).map(parsedLine);
  };
  try {
    for await (const chunk of readBytes(path, await isGzip(path), onRead)) {
      const lines = parsed(splitter.push(chunk));
      if (lines.length > 0) yield lines;
    }
  } catch (thrown) {
    // Damage is in the content: it stays, however often the file is read.
    if (!(thrown instanceof PredictorError)) {
      const { message } = thrown as Error;
      throw invalidArgument(`log ${path} cannot be read: ${message}`, { cause: thrown });
    }
    const reason = `compressed data is cut or damaged from here on (${thrown.rawMessage})`;
    yield [{ ok: false, number: lastNumber + 1, reason }];
    return;
  }
  const last = parsed(splitter.flush());
  if (last.length > 0) yield last;
}

function isMeant(line: RawLine): boolean {
  return !('text' in line) || !/^(?:#| |\s*$)/.test(line.text);
}

function parsedLine(line: RawLine): LogLine {
  const { number } = line;
  if (!('text' in line)) return { ok: false, number, reason: line.reason };
  const { text } = line;
  const parsed = parseLogLine(text);
  return parsed.ok
    ? { ok: true, number, text, record: parsed.record }
    : { ok: false, number, reason: parsed.reason };
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && startsAsGzip(buffer);
  } finally {
    await file.close();
  }
}
