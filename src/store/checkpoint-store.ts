import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Log, renameDurably, writeDurably } from '../base';
import { Code, invalidArgument, PredictorError } from '../errors';
import type { PredictorDescription } from '../predictor';
import {
  assertWhole,
  type Checkpoint,
  type CheckpointFacts,
  dataLoss,
  parseObject,
  sha256Of,
} from './checkpoint';

/** Enough for a search to finish on the version that it pinned. */
export const KEPT_VERSIONS = 8;

const FACTS_FILE = 'checkpoint.json';
const CARD_FILE = 'card.json';
const WEIGHTS_FILE = 'weights.bin';

export interface CheckpointStoreOptions {
  /** Folder of all checkpoints; made where it is not there yet. */
  readonly root: string;
  readonly log: Log;
  /** Versions kept of each name. Default 8, as the wire promises. */
  readonly keptVersions?: number;
}

/**
 * Trained models on disk, one folder `name@version` each, holding `card.json`,
 * `weights.bin` and `checkpoint.json` (the facts, and the card's sha256).
 *
 * A folder is written under a name that starts with a dot, fsynced, and renamed:
 * it is there whole or not at all. What a disk has damaged all the same is told
 * by its checksums: `load` is DATA_LOSS, `newestFirst` passes over it.
 * One process at a time: whoever opens this holds the lock of the data directory.
 */
export class CheckpointStore {
  readonly #root: string;
  readonly #log: Log;
  readonly #keptVersions: number;
  /** Readers by folder: what is being read is not deleted. */
  readonly #readers = new Map<string, number>();

  private constructor(options: CheckpointStoreOptions) {
    this.#root = options.root;
    this.#log = options.log;
    this.#keptVersions = options.keptVersions ?? KEPT_VERSIONS;
  }

  /** Removes what a crash left unfinished. */
  static async open(options: CheckpointStoreOptions): Promise<CheckpointStore> {
    await mkdir(options.root, { recursive: true });
    for (const entry of await readdir(options.root)) {
      if (/^\.(writing|deleting)-/.test(entry)) await removeFolder(join(options.root, entry));
    }
    return new CheckpointStore(options);
  }

  /** Versions on disk, ascending, damaged ones included. */
  async versions(name: string): Promise<readonly number[]> {
    const prefix = `${name}@`;
    return (await readdir(this.#root))
      .filter((entry) => entry.startsWith(prefix) && /^[1-9]\d*$/.test(entry.slice(prefix.length)))
      .map((entry) => Number(entry.slice(prefix.length)))
      .sort((a, b) => a - b);
  }

  /**
   * On disk when it resolves; then the oldest versions above the bound go.
   * ALREADY_EXISTS where the version is there; INVALID_ARGUMENT for a name that
   * makes no folder; DATA_LOSS where card and weights do not fit each other.
   */
  async save(checkpoint: Checkpoint): Promise<void> {
    const folder = folderOf(checkpoint.name, checkpoint.version);
    assertWhole(folder, checkpoint.artifact);
    if ((await this.versions(checkpoint.name)).includes(checkpoint.version)) {
      throw new PredictorError(Code.AlreadyExists, `checkpoint "${folder}" is there already`);
    }
    const { artifact, ...facts } = checkpoint;
    const writing = join(this.#root, `.writing-${folder}`);
    await removeFolder(writing);
    await mkdir(writing);
    await writeDurably(join(writing, WEIGHTS_FILE), artifact.weights);
    await writeDurably(join(writing, CARD_FILE), artifact.card);
    const manifest = { ...facts, cardSha256: sha256Of(artifact.card) };
    await writeDurably(join(writing, FACTS_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
    await renameDurably(writing, join(this.#root, folder));
    await this.#prune(checkpoint.name);
  }

  /** NOT_FOUND where there is no such version, DATA_LOSS where it is damaged. */
  async load(name: string, version: number): Promise<Checkpoint> {
    const folder = folderOf(name, version);
    this.#readers.set(folder, (this.#readers.get(folder) ?? 0) + 1);
    try {
      if (!(await this.versions(name)).includes(version)) {
        throw new PredictorError(Code.NotFound, `checkpoint "${folder}" is not there`);
      }
      return await readCheckpoint(join(this.#root, folder), folder, name, version);
    } finally {
      const readers = (this.#readers.get(folder) ?? 1) - 1;
      if (readers > 0) this.#readers.set(folder, readers);
      else this.#readers.delete(folder);
    }
  }

  /** Every version that is whole, the newest first; a damaged one is logged and passed over. */
  async *newestFirst(name: string): AsyncGenerator<Checkpoint, void, undefined> {
    for (const version of [...(await this.versions(name))].reverse()) {
      try {
        yield await this.load(name, version);
      } catch (thrown) {
        const { message } = PredictorError.from(thrown);
        this.#log.error('checkpoint:skipped', { name, version, reason: message });
      }
    }
  }

  /**
   * Has the versions of a name, damaged ones too, serve under other names instead. A version that
   * such a name has already stays as it is. Ended at any moment, it is begun again and completes.
   */
  async rename(name: string, newNames: readonly string[]): Promise<void> {
    const last = newNames.at(-1);
    if (last === undefined) return;
    for (const version of await this.versions(name)) {
      const from = join(this.#root, folderOf(name, version));
      for (const other of newNames.slice(0, -1)) await this.#copy(from, other, version);
      if ((await this.versions(last)).includes(version)) continue;
      await renameDurably(from, join(this.#root, folderOf(last, version)));
    }
  }

  async #copy(from: string, name: string, version: number): Promise<void> {
    if ((await this.versions(name)).includes(version)) return;
    const folder = folderOf(name, version);
    const writing = join(this.#root, `.writing-${folder}`);
    await removeFolder(writing);
    await mkdir(writing);
    for (const file of await readdir(from)) {
      await writeDurably(join(writing, file), await readFile(join(from, file)));
    }
    await renameDurably(writing, join(this.#root, folder));
  }

  async #prune(name: string): Promise<void> {
    const surplus = (await this.versions(name)).slice(0, -this.#keptVersions);
    for (const version of surplus) {
      const folder = folderOf(name, version);
      if (this.#readers.has(folder)) continue;
      // Renamed first: a crash in the middle of deleting leaves no half of a version.
      const deleting = join(this.#root, `.deleting-${folder}`);
      await rename(join(this.#root, folder), deleting);
      await removeFolder(deleting);
    }
  }
}

function folderOf(name: string, version: number): string {
  if (!/^[a-z0-9][a-z0-9._-]{0,99}$/i.test(name)) {
    throw invalidArgument(
      `model name is "${name}"; expected 1 to 100 letters, digits, ".", "_" or "-"`,
    );
  }
  if (!Number.isSafeInteger(version) || version < 1) {
    throw invalidArgument(`model version is ${version}; expected an integer of at least 1`);
  }
  return `${name}@${version}`;
}

async function readCheckpoint(
  path: string,
  folder: string,
  name: string,
  version: number,
): Promise<Checkpoint> {
  const [facts, card, weights] = await Promise.all([
    readFile(join(path, FACTS_FILE), 'utf8'),
    readFile(join(path, CARD_FILE), 'utf8'),
    readFile(join(path, WEIGHTS_FILE)),
  ]).catch((thrown: unknown) => {
    throw dataLoss(`${folder}: ${(thrown as Error).message}`, thrown);
  });
  const artifact = { card, weights };
  assertWhole(folder, artifact);
  return Object.freeze({ ...parseFacts(folder, facts, card), name, version, artifact });
}

function parseFacts(
  folder: string,
  text: string,
  card: string,
): Omit<CheckpointFacts, 'name' | 'version'> {
  const parsed = parseObject(`${folder}: ${FACTS_FILE}`, text);
  if (parsed.cardSha256 !== sha256Of(card)) {
    throw dataLoss(`${folder}: the card does not have the sha256 that ${FACTS_FILE} says`);
  }
  const { createdSeconds, description } = parsed;
  if (typeof createdSeconds !== 'number' || typeof description !== 'object') {
    throw dataLoss(`${folder}: ${FACTS_FILE} lacks createdSeconds or description`);
  }
  return { createdSeconds, description: description as PredictorDescription };
}

function removeFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true });
}
