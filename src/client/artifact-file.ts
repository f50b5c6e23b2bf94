import { readFile } from 'node:fs/promises';
import { replaceFile } from '../base';
import { Code, invalidArgument, PredictorError } from '../errors';
import type { ModelArtifact } from '../predictor';
import { MAX_MESSAGE_BYTES } from '../wire';
import { readZip, writeZip } from './zip';

/** Names inside the file; the shim's `CdmppModel.save` writes and reads the same. */
const CARD = 'card.json';
const WEIGHTS = 'weights.bin';

/** Writes a model to a zip file, whole or not at all. FAILED_PRECONDITION where it cannot be written. */
export async function writeArtifactFile(path: string, artifact: ModelArtifact): Promise<void> {
  const archive = writeZip(
    new Map<string, Uint8Array>([
      [CARD, Buffer.from(artifact.card, 'utf8')],
      [WEIGHTS, artifact.weights],
    ]),
  );
  try {
    await replaceFile(path, archive);
  } catch (error) {
    throw new PredictorError(
      Code.FailedPrecondition,
      `model file ${path} cannot be written: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

/** Reads what `writeArtifactFile` or the shim wrote. INVALID_ARGUMENT for anything else. */
export async function readArtifactFile(path: string): Promise<ModelArtifact> {
  let archive: Buffer;
  try {
    archive = await readFile(path);
  } catch (error) {
    throw invalidArgument(`model file ${path} cannot be read: ${(error as Error).message}`);
  }
  const entries = readEntries(path, archive);
  const card = entries.get(CARD);
  const weights = entries.get(WEIGHTS);
  if (card === undefined || weights === undefined) {
    throw invalidArgument(`model file ${path} has no ${card === undefined ? CARD : WEIGHTS}`);
  }
  return { card: Buffer.from(card).toString('utf8'), weights };
}

function readEntries(path: string, archive: Buffer) {
  try {
    return readZip(archive, MAX_MESSAGE_BYTES);
  } catch (error) {
    throw invalidArgument(`model file ${path}: ${PredictorError.from(error).rawMessage}`);
  }
}
