import { createHash } from 'node:crypto';
import { Code, PredictorError } from '../errors';
import type { ModelArtifact, PredictorDescription } from '../predictor';

/** What the server knows of a version beside the model itself. */
export interface CheckpointFacts {
  readonly name: string;
  /** From 1. */
  readonly version: number;
  readonly createdSeconds: number;
  /** As the predictor gave it; `trainedThroughSequence` counts in the store beside the checkpoints. */
  readonly description: PredictorDescription;
}

export interface Checkpoint extends CheckpointFacts {
  readonly artifact: ModelArtifact;
}

export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** DATA_LOSS where the weights are not those that the card names, or the card names none. */
export function assertWhole(where: string, artifact: ModelArtifact): void {
  const stated = statedSha256(where, artifact.card);
  const found = sha256Of(artifact.weights);
  if (stated !== found) {
    throw dataLoss(`${where}: weights have sha256 ${found}, the card says ${stated}`);
  }
}

export function dataLoss(message: string, cause?: unknown): PredictorError {
  return new PredictorError(Code.DataLoss, message, { cause });
}

/** Parsed JSON as an object; DATA_LOSS where it is none. */
export function parseObject(where: string, text: string): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (thrown) {
    throw dataLoss(`${where}: not JSON: ${(thrown as Error).message}`, thrown);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw dataLoss(`${where}: not a JSON object`);
  }
  return parsed as Record<string, unknown>;
}

function statedSha256(where: string, card: string): string {
  const { weightsSha256 } = parseObject(`${where}: card`, card);
  if (typeof weightsSha256 !== 'string' || weightsSha256 === '') {
    throw dataLoss(`${where}: the card has no weightsSha256`);
  }
  return weightsSha256;
}
