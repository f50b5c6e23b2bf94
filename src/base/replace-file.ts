import { open, rename } from 'node:fs/promises';

/** Ends the name of a file until it is whole: no reader looks for it. */
export const UNFINISHED = '.unfinished';

/** Writes beside and renames: the file has the old content or the new one, whatever happens meanwhile. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const unfinished = `${path}${UNFINISHED}`;
  const file = await open(unfinished, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
}
