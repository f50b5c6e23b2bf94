import { join, resolve } from 'node:path';
import { z } from 'zod';
import { invalidArgument } from '../errors';
import { readCredentialFile } from './credential-files';
import {
  type Environment,
  type GivenOptions,
  gatherOptions,
  type OptionSpec,
  parseOptions,
  textOption,
} from './option-spec';

/** Where records are kept. */
export type StoreLocation =
  | {
      readonly kind: 'sqlite';
      /** Absolute. */
      readonly path: string;
      /** The path. */
      readonly name: string;
    }
  | {
      readonly kind: 'postgres';
      /** With the password: for nobody's eyes. */
      readonly url: string;
      /** The URL without password and parameters: for messages. */
      readonly name: string;
    };

export const STORE_OPTION_SPECS: readonly OptionSpec[] = Object.freeze([
  {
    name: 'store',
    flag: '--store <store>',
    environment: 'CDMPP_STORE',
    description:
      'where records are kept: a file (SQLite) or postgres://user@host:port/database, which several servers may share; default records.sqlite in the data directory',
  },
  {
    name: 'storePasswordFile',
    flag: '--store-password-file <file>',
    environment: 'CDMPP_STORE_PASSWORD_FILE',
    description:
      'file with the password of the PostgreSQL user; default none (CDMPP_STORE may have it in its URL, PGPASSWORD works too)',
  },
]);

const schema = z.strictObject({
  store: textOption().optional(),
  storePasswordFile: textOption().optional(),
});

/**
 * INVALID_ARGUMENT for a URL that is none, for one with a password among the arguments, which
 * every user of the machine can read, and for a password without a PostgreSQL user. No message
 * has a password in it.
 *
 * @param dataDir absolute: where records are kept by default.
 */
export function loadStoreLocation(
  flags: GivenOptions,
  environment: Environment,
  dataDir: string,
): StoreLocation {
  const given = gatherOptions(STORE_OPTION_SPECS, flags, environment);
  const { store, storePasswordFile } = parseOptions(schema, STORE_OPTION_SPECS, given);
  if (store !== undefined && /^[a-z][a-z0-9+.-]*:\/\//i.test(store)) {
    return postgresLocation(store, typeof flags.store === 'string', storePasswordFile);
  }
  if (storePasswordFile !== undefined) {
    throw invalidArgument(
      '--store-password-file is given without a --store that is postgres://user@host/database',
    );
  }
  const path = store === undefined ? join(dataDir, 'records.sqlite') : resolve(store);
  return Object.freeze({ kind: 'sqlite', path, name: path });
}

function postgresLocation(
  text: string,
  isArgument: boolean,
  passwordFile: string | undefined,
): StoreLocation {
  const url = parsePostgresUrl(text);
  const name = `${url.scheme}${url.user && `${url.user}@`}${url.place}`;
  if (url.password !== '' && isArgument) {
    throw invalidArgument(
      `--store ${name} has a password, which every user of this machine can read among the arguments: set CDMPP_STORE instead, or give --store-password-file`,
    );
  }
  if (passwordFile === undefined) return Object.freeze({ kind: 'postgres', url: text, name });
  if (url.password !== '') {
    throw invalidArgument(
      `CDMPP_STORE has a password for ${name}, and --store-password-file gives one: one of them is enough`,
    );
  }
  if (url.user === '') {
    throw invalidArgument(
      `--store ${name} names no user: --store-password-file needs one before @`,
    );
  }
  const password = encodeURIComponent(readPassword(passwordFile));
  const full = `${url.scheme}${url.user}:${password}@${url.place}${url.parameters}`;
  return Object.freeze({ kind: 'postgres', url: full, name });
}

interface PostgresUrl {
  readonly scheme: string;
  readonly user: string;
  readonly password: string;
  /** Host, port and database. */
  readonly place: string;
  /** With the question mark; may be empty. */
  readonly parameters: string;
}

/** Node's `URL` refuses a user without a host, which is how a socket is named here. */
function parsePostgresUrl(text: string): PostgresUrl {
  const parts = /^(postgres(?:ql)?:\/\/)(?:([^@:/?#]*)(?::([^@/?#]*))?@)?([^@?#]*)(\?[^#]*)?$/.exec(
    text,
  );
  const [, scheme = '', user = '', password = '', place = '', parameters = ''] = parts ?? [];
  // Without the text: who knows where in it the password is.
  if (parts === null || !/^[^/]*\/[^/]+$/.test(place) || !isReadable(text, user, password)) {
    throw invalidArgument(
      '--store is a URL, but not postgres://user@host:port/database; a path of a file has no "://", and a password has its special characters as %XX',
    );
  }
  if (/[?&](?:password|user)=/i.test(parameters)) {
    throw invalidArgument(
      `--store ${scheme}${place} has user or password among its parameters; the user stands before @, the password goes into --store-password-file`,
    );
  }
  return { scheme, user, password, place, parameters };
}

/** Whether a driver can take it apart: else its error would quote it, with the password. */
function isReadable(text: string, user: string, password: string): boolean {
  try {
    decodeURIComponent(user + password);
    // A user without a host is not among the URLs of the standard, and is the way to a socket.
    new URL(text.replace('@/', '@localhost/'));
    return true;
  } catch {
    return false;
  }
}

/** Without the line end. */
function readPassword(file: string): string {
  const password = readCredentialFile('--store-password-file', file)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (password === '') throw invalidArgument(`--store-password-file ${file} is empty`);
  return password;
}
