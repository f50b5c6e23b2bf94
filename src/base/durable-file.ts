import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a new file and has it on disk before it resolves. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Gives a finished folder its final name, all at once: after a crash at any
 * moment the name is either absent or stands for the whole of it.
 */
export async function renameDurably(from: string, to: string): Promise<void> {
  await syncDirectory(from);
  await rename(from, to);
  await syncDirectory(dirname(to));
}

/** A directory's entries are data of their own, with an fsync of their own. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
