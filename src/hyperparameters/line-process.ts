import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

interface Waiting {
  resolve(line: string): void;
  reject(reason: Error): void;
}

const KEPT_COMPLAINTS = 50;

/** How a process ended before it had answered everything. */
export class EndedProcess extends Error {
  override readonly name = 'EndedProcess';
  /** Lines of its standard error, the last ones. */
  readonly complaints: readonly string[];

  constructor(how: string, complaints: readonly string[]) {
    super(how);
    this.complaints = complaints;
  }
}

/** A child process that answers each line with one line, in order. */
export class LineProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: Waiting[] = [];
  readonly #complaints: string[] = [];
  readonly #ended: Promise<void>;
  #end: EndedProcess | undefined;

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, [...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    createInterface(this.#child.stdout).on('line', (line) => this.#waiting.shift()?.resolve(line));
    createInterface(this.#child.stderr).on('line', (line) => {
      this.#complaints.push(line);
      if (this.#complaints.length > KEPT_COMPLAINTS) this.#complaints.shift();
    });
    // What cannot be written finds the process ended: 'close' answers then.
    this.#child.stdin.on('error', () => undefined);
    this.#ended = new Promise((resolve) => {
      const ended = (how: string) => {
        this.#end ??= new EndedProcess(how, this.#complaints);
        for (const { reject } of this.#waiting.splice(0)) reject(this.#end);
        resolve();
      };
      this.#child.once('error', (error) => ended(`cannot be started: ${error.message}`));
      this.#child.once('close', (code, signal) => ended(`ended with ${signal ?? code}`));
    });
  }

  /** The answer to `line`. EndedProcess where there will be none. */
  ask(line: string): Promise<string> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${line}\n`);
    });
  }

  /** Ends its input and waits until it is gone. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    await this.#ended;
  }
}
