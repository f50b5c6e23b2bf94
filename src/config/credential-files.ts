import { readFileSync } from 'node:fs';
import { invalidArgument } from '../errors';

/** Below this a token can be guessed; `openssl rand -hex 32` gives 64. */
const MIN_TOKEN_CHARACTERS = 16;
const MAX_TOKEN_CHARACTERS = 4096;

/** The token in a file, without white space around it. Its text is in no error. */
export function readTokenFile(flag: string, path: string): string {
  const token = readCredentialFile(flag, path).toString('utf8').trim();
  const { length } = token;
  if (length < MIN_TOKEN_CHARACTERS || length > MAX_TOKEN_CHARACTERS) {
    throw invalidArgument(
      `${flag} ${path} has a token of ${length} characters; ${MIN_TOKEN_CHARACTERS} to ${MAX_TOKEN_CHARACTERS} are required`,
    );
  }
  // What a header can carry.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw invalidArgument(
      `${flag} ${path} has a token with spaces or characters beyond ASCII; visible ASCII is required`,
    );
  }
  return token;
}

/** INVALID_ARGUMENT, with flag and path, for a file that cannot be read. */
export function readCredentialFile(flag: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw invalidArgument(`${flag} ${path} cannot be read: ${(error as Error).message}`);
  }
}
