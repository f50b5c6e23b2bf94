/** What a model folder is: the names in it, their bounds, and how its errors read. */
import { basename } from 'node:path';
import { Code, PredictorError } from '../errors';

export const CARD_FILE = 'card.json';
export const WEIGHTS_FILE = 'weights.bin';
export const SETTINGS_FILE = 'settings.json';
/** In the format of `sha256sum`, whose `--check` reads it, of every other file. */
export const CHECKSUMS_FILE = 'SHA256SUMS';

/** Bytes of weights: as a message of the wire carries them. */
export const MAX_WEIGHTS_BYTES = 64 * 1024 * 1024;
/** Bytes of any other file of the folder. */
export const MAX_TEXT_BYTES = 16 * 1024 * 1024;

/** RESOURCE_EXHAUSTED, with file, value and bound, for what a model folder does not hold. */
export function assertFits(folder: string, file: string, bytes: number): void {
  const bound = file === WEIGHTS_FILE ? MAX_WEIGHTS_BYTES : MAX_TEXT_BYTES;
  if (bytes <= bound) return;
  throw new PredictorError(
    Code.ResourceExhausted,
    `model folder "${folder}": ${file} has ${bytes} bytes; at most ${bound} are allowed`,
  );
}

/** DATA_LOSS: a file of the folder is not what was written. */
export function folderDamaged(folder: string, what: string, cause?: unknown): PredictorError {
  return new PredictorError(
    Code.DataLoss,
    `model folder "${folder}": ${what}; take "${basename(folder)}" from its source again, or make it anew`,
    { cause, details: { folder } },
  );
}
