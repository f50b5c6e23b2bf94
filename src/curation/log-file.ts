import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Code, invalidArgument, PredictorError } from '../errors';

/** A log being written beside its place; `finish` puts it there, `discard` leaves nothing. */
export class LogFile {
  readonly #path: string;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** ALREADY_EXISTS where the file is there, unless it may be replaced; folders are made. */
  static async create(path: string, overwrite: boolean): Promise<LogFile> {
    if (!overwrite && (await isThere(path))) {
      throw new PredictorError(
        Code.AlreadyExists,
        `${path} is there already: choose another name, or give --overwrite to replace it`,
      );
    }
    try {
      await mkdir(dirname(path), { recursive: true });
      return new LogFile(path, await open(partOf(path), 'w'));
    } catch (thrown) {
      const { message } = thrown as Error;
      throw invalidArgument(`${path} cannot be written: ${message}`, { cause: thrown });
    }
  }

  async write(text: string): Promise<void> {
    // A file of several gzip members is a gzip file.
    await this.#file.appendFile(this.#path.endsWith('.gz') ? gzipSync(text) : text);
  }

  async finish(): Promise<void> {
    await this.#file.sync();
    await this.#file.close();
    await rename(partOf(this.#path), this.#path);
  }

  async discard(): Promise<void> {
    await this.#file.close();
    await rm(partOf(this.#path), { force: true });
  }
}

function partOf(path: string): string {
  return `${path}.part`;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
