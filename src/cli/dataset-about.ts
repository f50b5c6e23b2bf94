import { readFile } from 'node:fs/promises';
import type { DatasetAbout } from '../dataset';
import { invalidArgument } from '../errors';

/** What a JSON file says of the making of a dataset; nothing where none is named. */
export async function readAbout(path: string | undefined): Promise<DatasetAbout | undefined> {
  if (path === undefined) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (thrown) {
    const { message } = thrown as Error;
    throw invalidArgument(`--about ${path} cannot be read: ${message}`, { cause: thrown });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw invalidArgument(`--about ${path} holds no JSON object`);
  }
  return json as DatasetAbout;
}
