import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

/** Where distributions of the Debian family put PostgreSQL, a folder for each version. */
const DEBIAN_FOLDER = '/usr/lib/postgresql';
const START_TIMEOUT_MS = 30_000;

const USER = 'cdmpp-test';
/** With everything that has a meaning in a URL. */
export const POSTGRES_PASSWORD = 'p@ss:w/ör?d#1';

/** The programs of a PostgreSQL; undefined where there is none. */
export const postgresBin: string | undefined = findPostgres();

/** `describe`, or one that says by name why it is skipped. */
export function describeWithPostgres(name: string, suite: () => void): void {
  if (postgresBin !== undefined) describe(name, suite);
  else describe.skip(`${name} (no PostgreSQL here: install one, or set CDMPP_POSTGRES_BIN)`, suite);
}

function findPostgres(): string | undefined {
  const versions = existsSync(DEBIAN_FOLDER) ? readdirSync(DEBIAN_FOLDER) : [];
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a));
  const folders = [
    process.env.CDMPP_POSTGRES_BIN ?? '',
    ...newestFirst.map((version) => join(DEBIAN_FOLDER, version, 'bin')),
  ];
  return folders.find((folder) => folder !== '' && existsSync(join(folder, 'initdb')));
}

/** A PostgreSQL of the test's own, on a socket in a folder of its own. */
export class PostgresServer {
  readonly #folder: string;
  readonly #account: { readonly uid?: number; readonly gid?: number };
  #process: ChildProcess | undefined;
  #databases = 0;

  private constructor(folder: string, account: { readonly uid?: number; readonly gid?: number }) {
    this.#folder = folder;
    this.#account = account;
  }

  static async start(): Promise<PostgresServer> {
    const account = accountOfServer();
    const folder = mkdtempSync(join(tmpdir(), 'cdmpp-pg-'));
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, POSTGRES_PASSWORD);
    chmodSync(folder, 0o755);
    if (account.uid !== undefined && account.gid !== undefined) {
      chownSync(folder, account.uid, account.gid);
      chownSync(passwordFile, account.uid, account.gid);
    }
    const initdb = [
      ...['--pgdata', join(folder, 'data'), '--username', USER, '--pwfile', passwordFile],
      ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--no-locale', '--no-sync'],
    ];
    execFileSync(join(postgresBin ?? '', 'initdb'), initdb, {
      ...account,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const server = new PostgresServer(folder, account);
    await server.launch();
    return server;
  }

  /** The URL of a database, without a password. */
  urlOf(database: string): string {
    return `postgres://${USER}@/${database}?host=${this.#folder}`;
  }

  /** The same as somebody puts it into a variable of the environment. */
  urlWithPassword(database: string): string {
    const password = encodeURIComponent(POSTGRES_PASSWORD);
    return `postgres://${USER}:${password}@/${database}?host=${this.#folder}`;
  }

  /** Makes an empty database and gives its name. */
  async createDatabase(): Promise<string> {
    this.#databases += 1;
    const name = `store_${this.#databases}`;
    await this.query('postgres', `create database ${name}`);
    return name;
  }

  async query(database: string, text: string): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: this.urlWithPassword(database) });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** Starts it, or starts it again; resolves when it answers. */
  async launch(): Promise<void> {
    const options = [
      ...['-D', join(this.#folder, 'data'), '-k', this.#folder, '-h', ''],
      // Tests kill processes, whose writes the kernel has; none survives a loss of power. With
      // it, a start after a crash flushes each of the many files, which takes minutes here.
      ...['-c', 'fsync=off'],
    ];
    this.#process = spawn(join(postgresBin ?? '', 'postgres'), options, {
      ...this.#account,
      cwd: this.#folder,
      stdio: 'ignore',
    });
    for (const deadline = Date.now() + START_TIMEOUT_MS; ; ) {
      try {
        await this.query('postgres', 'select 1');
        return;
      } catch (thrown) {
        if (Date.now() > deadline || this.#process.exitCode !== null) throw thrown;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /** SIGINT: what is under way is broken off and all is put in order; SIGQUIT: as if power failed. */
  async end(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    const ending = this.#process;
    if (ending === undefined || ending.exitCode !== null) return;
    const exited = once(ending, 'exit');
    ending.kill(signal);
    await exited;
  }

  async dispose(): Promise<void> {
    await this.end('SIGQUIT');
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** PostgreSQL does not run as root: then as the account made for it, or as nobody. */
function accountOfServer(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const idOf = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: 'pipe' }));
      return { uid: idOf('-u'), gid: idOf('-g') };
    } catch {
      // No such account.
    }
  }
  throw new Error('neither an account "postgres" nor "nobody" is there to run PostgreSQL');
}
