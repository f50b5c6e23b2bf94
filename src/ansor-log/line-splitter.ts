import { isUtf8 } from 'node:buffer';
import { MAX_LINE_BYTES } from './log-record';

/** One line of a log as it was found: its text, or why there is none. */
export type RawLine =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly reason: string };

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Cuts chunks of bytes into lines and holds no more than the line that has not
 * ended yet; of a line over the limit it holds nothing. Ends are LF or CRLF.
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #open: Buffer[] = [];
  #openBytes = 0;
  /** Lines that have ended. */
  #count = 0;

  constructor(maxLineBytes = MAX_LINE_BYTES) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** The lines that end in this chunk. */
  push(chunk: Buffer): RawLine[] {
    const lines: RawLine[] = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      if (end < 0) break;
      this.#take(chunk.subarray(start, end));
      lines.push(this.#close());
      start = end + 1;
    }
    if (start < chunk.length) this.#take(chunk.subarray(start));
    return lines;
  }

  /** The last line, where the file does not end with a line end. */
  flush(): RawLine[] {
    return this.#openBytes === 0 ? [] : [this.#close()];
  }

  #take(part: Buffer): void {
    this.#openBytes += part.length;
    if (this.#openBytes <= this.#maxLineBytes) this.#open.push(part);
    else this.#open = [];
  }

  #close(): RawLine {
    const parts = this.#open;
    const byteCount = this.#openBytes;
    this.#open = [];
    this.#openBytes = 0;
    this.#count += 1;
    const number = this.#count;
    if (byteCount > this.#maxLineBytes) {
      return { number, reason: `${byteCount} bytes, at most ${this.#maxLineBytes} are read` };
    }
    let bytes = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
    if (bytes.at(-1) === CARRIAGE_RETURN) bytes = bytes.subarray(0, -1);
    if (number === 1 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK)) bytes = bytes.subarray(3);
    // Decoded, it could not be given back byte for byte.
    if (!isUtf8(bytes)) return { number, reason: 'not UTF-8' };
    return { number, text: bytes.toString('utf8') };
  }
}
