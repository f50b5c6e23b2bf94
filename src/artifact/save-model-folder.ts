import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { renameDurably, writeDurably } from '../base';
import { Code, invalidArgument, PredictorError } from '../errors';
import type { ModelArtifact } from '../predictor';
import { assertWhole, sha256Of } from '../store';
import { assertFits, CARD_FILE, CHECKSUMS_FILE, SETTINGS_FILE, WEIGHTS_FILE } from './model-folder';

export interface ModelFolderExtras {
  /** Every setting of the training, JSON: `settings.json`. Default: no such file. */
  readonly settings?: string;
  /** For people, by file name: `MODEL.md`, `curves.svg`. Default: none. */
  readonly pages?: Readonly<Record<string, string>>;
  /** True: takes the place of a model folder of that name. Default false: ALREADY_EXISTS. */
  readonly replace?: boolean;
}

/**
 * Writes a model folder: `card.json`, `weights.bin`, `settings.json`, the pages, and the checksums
 * of all of them. It is there whole or not at all, whenever the process ends; the folders above it
 * are made. A folder that is replaced lies under a name with a dot in front until it is removed.
 *
 * DATA_LOSS where card and weights do not fit each other, INVALID_ARGUMENT for a page that is no
 * plain file name, RESOURCE_EXHAUSTED for what is too large, ALREADY_EXISTS where something is in
 * the way.
 */
export async function saveModelFolder(
  folder: string,
  artifact: ModelArtifact,
  extras: ModelFolderExtras = {},
): Promise<void> {
  const target = resolve(folder);
  assertWhole(`model folder "${folder}"`, artifact);
  const files = filesOf(folder, artifact, extras);
  const replaces = await assertRoom(folder, target, extras.replace === true);
  const parent = dirname(target);
  const unfinished = join(parent, `.${basename(target)}.unfinished`);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  for (const [name, content] of files) await writeDurably(join(unfinished, name), content);
  if (!replaces) {
    await renameDurably(unfinished, target);
    return;
  }
  const replaced = join(parent, `.${basename(target)}.replaced`);
  await rm(replaced, { recursive: true, force: true });
  await rename(target, replaced);
  await renameDurably(unfinished, target);
  await rm(replaced, { recursive: true, force: true });
}

/** Every file by name, the checksums last. */
function filesOf(
  folder: string,
  artifact: ModelArtifact,
  { settings, pages = {} }: ModelFolderExtras,
): ReadonlyMap<string, string | Uint8Array> {
  const files = new Map<string, string | Uint8Array>([
    [WEIGHTS_FILE, artifact.weights],
    [CARD_FILE, artifact.card],
  ]);
  if (settings !== undefined) files.set(SETTINGS_FILE, settings);
  for (const [name, content] of Object.entries(pages)) {
    const isTaken = files.has(name) || name === SETTINGS_FILE || name === CHECKSUMS_FILE;
    if (isTaken || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) {
      throw invalidArgument(
        `model folder "${folder}": page is "${name}"; it must be a file name of 1 to 100 letters, digits, ".", "_" or "-" that no other file has`,
      );
    }
    files.set(name, content);
  }
  for (const [name, content] of files) assertFits(folder, name, Buffer.byteLength(content));
  const checksums = [...files].map(([name, content]) => `${sha256Of(content)}  ${name}\n`);
  return files.set(CHECKSUMS_FILE, checksums.join(''));
}

/** True where a model folder is to be replaced. ALREADY_EXISTS where anything else is in the way. */
async function assertRoom(folder: string, target: string, replace: boolean): Promise<boolean> {
  const names = await readdir(target).catch((thrown: NodeJS.ErrnoException): string[] => {
    if (thrown.code === 'ENOENT') return [];
    throw new PredictorError(
      Code.AlreadyExists,
      `model folder "${folder}" cannot be made: ${thrown.message}`,
      { cause: thrown },
    );
  });
  if (names.length === 0) return false;
  const isModel = names.includes(CARD_FILE) && names.includes(WEIGHTS_FILE);
  if (isModel && replace) return true;
  const what = isModel ? 'holds a model' : `is no model folder and holds "${names.sort()[0]}"`;
  throw new PredictorError(
    Code.AlreadyExists,
    `folder "${folder}" ${what}: give a new or an empty folder${isModel ? ', or have it replaced' : ''}`,
  );
}
