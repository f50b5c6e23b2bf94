import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface FoundLog {
  readonly path: string;
  /** The folder that was searched; of a file that was named itself, the folder it is in. */
  readonly root: string;
  readonly sizeBytes: number;
}

const LOG_ENDING = /\.(?:json|jsonl|log)(?:\.gz)?$/;

/**
 * A file as it is, whatever its name; of a folder every file in it and below
 * whose name ends in .json, .jsonl or .log, or these with .gz, sorted by path.
 */
export async function findLogs(path: string): Promise<readonly FoundLog[]> {
  const root = await realpath(path);
  const found = await stat(root);
  if (!found.isDirectory()) return [{ path, root: dirname(root), sizeBytes: found.size }];
  const logs: FoundLog[] = [];
  for await (const log of logsBelow(root)) {
    logs.push({ path: log, root, sizeBytes: (await stat(log)).size });
  }
  return logs;
}

/** A log's name by which its records are known afterwards. */
export function withoutLogEnding(name: string): string {
  return name.replace(LOG_ENDING, '') || name;
}

/** Links are not followed: they can lead in a circle. */
async function* logsBelow(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* logsBelow(path);
    else if (entry.isFile() && LOG_ENDING.test(entry.name)) yield path;
  }
}
