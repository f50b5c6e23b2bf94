/** What a command needs of its process; tests bring their own. */
export interface CommandIo {
  /** One line to standard output. */
  print(line: string): void;
  /** One line to standard error, for people. */
  complain(line: string): void;
  /** Standard error, where it is a terminal: progress bars go there. */
  readonly terminal?: NodeJS.WriteStream | undefined;
  /** Resolves with the name of the first signal that asks the process to end. */
  stopRequested(): Promise<string>;
}

export const processIo: CommandIo = Object.freeze({
  print: (line: string) => void process.stdout.write(`${line}\n`),
  complain: (line: string) => void process.stderr.write(`${line}\n`),
  terminal: process.stderr.isTTY ? process.stderr : undefined,
  stopRequested: () =>
    new Promise<string>((resolve) => {
      // Once each: a second signal ends the process at once, as by default.
      for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => resolve(signal));
    }),
});
