import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Under a name that no reader looks for until it is whole. */
export const UNFINISHED = '.unfinished';

/** The file has the old content or the new one, whatever happens meanwhile. */
export async function replaceFile(dir: string, name: string, content: string): Promise<void> {
  const unfinished = join(dir, `${name}${UNFINISHED}`);
  const handle = await open(unfinished, 'w');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, join(dir, name));
}
