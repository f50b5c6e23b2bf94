import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Code, PredictorError } from '../errors';
import type { ModelArtifact } from '../predictor';
import { assertWhole, sha256Of } from '../store';
import { assertFits, CARD_FILE, CHECKSUMS_FILE, folderDamaged, WEIGHTS_FILE } from './model-folder';

/**
 * Card and weights of a folder that `saveModelFolder` wrote, both held against their checksums.
 * Pages may have been edited since.
 *
 * NOT_FOUND where there is no such folder, DATA_LOSS, with the file and what to do, where a file of
 * it is missing or changed, RESOURCE_EXHAUSTED where one is too large.
 */
export async function loadModelFolder(folder: string): Promise<ModelArtifact> {
  await assertFolder(folder);
  const checksums = parseChecksums((await readBounded(folder, CHECKSUMS_FILE)).toString('utf8'));
  const card = await readChecked(folder, CARD_FILE, checksums);
  const weights = await readChecked(folder, WEIGHTS_FILE, checksums);
  const artifact = { card: card.toString('utf8'), weights };
  try {
    assertWhole('card and weights', artifact);
  } catch (thrown) {
    throw folderDamaged(folder, PredictorError.from(thrown).rawMessage, thrown);
  }
  return Object.freeze(artifact);
}

async function assertFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new PredictorError(
    Code.NotFound,
    `model folder "${folder}" is ${found === undefined ? 'not there' : 'no folder'}; name one that holds ${CARD_FILE} and ${WEIGHTS_FILE}`,
  );
}

async function readChecked(
  folder: string,
  file: string,
  checksums: ReadonlyMap<string, string>,
): Promise<Buffer> {
  const content = await readBounded(folder, file);
  const stated = checksums.get(file);
  if (stated === undefined) throw folderDamaged(folder, `${CHECKSUMS_FILE} does not name ${file}`);
  const found = sha256Of(content);
  if (found === stated) return content;
  throw folderDamaged(folder, `${file} has sha256 ${found}, ${CHECKSUMS_FILE} says ${stated}`);
}

async function readBounded(folder: string, file: string): Promise<Buffer> {
  const path = join(folder, file);
  try {
    assertFits(folder, file, (await stat(path)).size);
    return await readFile(path);
  } catch (thrown) {
    if (thrown instanceof PredictorError) throw thrown;
    const isMissing = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = isMissing ? 'is missing' : `cannot be read: ${(thrown as Error).message}`;
    throw folderDamaged(folder, `${file} ${reason}`, thrown);
  }
}

/** Lines of `sha256sum`, by file name; a line that is none names nothing. */
function parseChecksums(text: string): ReadonlyMap<string, string> {
  const checksums = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, sha256, file] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (sha256 !== undefined && file !== undefined) checksums.set(file, sha256);
  }
  return checksums;
}
