import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(__dirname, '..', '..', 'dist', 'cli', 'main.js');

/** The line that `cdmpp serve` prints when it is serving. */
export interface ServingLine {
  readonly event: string;
  readonly address: string;
  /** The newest version of each line. */
  readonly models: readonly string[];
}

export interface SpawnedServer {
  readonly line: ServingLine;
  readonly address: string;
  /** Everything that it printed to standard output and standard error so far. */
  readonly output: () => string;
  /** Ends it and returns its exit code and the signal that ended it. */
  stop(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<{
    readonly code: number | null;
    readonly signal: string | null;
  }>;
}

export function spawnCommand(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is not there; run \`make build\` first`);
  // Nothing of the developer's own settings.
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('CDMPP_'));
  return spawn(process.execPath, [MAIN, ...args], {
    env: { ...Object.fromEntries(own), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/**
 * The command as a user starts it, from `dist`; resolves when it says that it serves. Without
 * `--models` it starts from the analytical estimate, whatever models are shipped.
 */
export async function spawnServer(...args: string[]): Promise<SpawnedServer> {
  const start = args.includes('--models') ? [] : ['--no-pretrained'];
  const child = spawnCommand(['serve', '--address', '127.0.0.1:0', ...start, ...args]);
  const printed: string[] = [];
  child.stdout.on('data', (data) => printed.push(String(data)));
  child.stderr.on('data', (data) => printed.push(String(data)));
  const output = () => printed.join('');
  const line = await new Promise<ServingLine>((resolve, reject) => {
    createInterface(child.stdout).once('line', (text) => resolve(JSON.parse(text)));
    child.once('exit', (code) => reject(new Error(`serve exited with ${code}:\n${output()}`)));
  });
  return {
    line,
    address: line.address,
    output,
    async stop(signal) {
      const ended = endOf(child);
      child.kill(signal);
      return ended;
    },
  };
}

async function endOf(child: ChildProcess) {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return { code: child.exitCode, signal: child.signalCode };
}
