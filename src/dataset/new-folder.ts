import { mkdir, readdir } from 'node:fs/promises';
import { Code, PredictorError } from '../errors';

/** What an export that was killed before it wrote a card may have left. */
const OWN_REST =
  /^(?:card\.json\.unfinished|(?:tasks|programs|measurements)-\d{4,}\.parquet(?:\.unfinished)?)$/;

/**
 * Makes the folder of a dataset that begins. ALREADY_EXISTS where something else lies in it: a
 * dataset writes files of common names, and nobody's page is to be written over.
 */
export async function makeDatasetFolder(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const stranger = (await readdir(dir)).sort().find((name) => !OWN_REST.test(name));
  if (stranger === undefined) return;
  throw new PredictorError(
    Code.AlreadyExists,
    `folder "${dir}" is no dataset and holds "${stranger}": give a new or an empty folder, or one with a dataset to add to`,
  );
}
