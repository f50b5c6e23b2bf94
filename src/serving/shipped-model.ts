import { loadModelFolder } from '../artifact';
import type { Log } from '../base';
import { Code, PredictorError } from '../errors';
import type { ModelArtifact } from '../predictor';
import { readArtifactFacts } from './artifact-facts';
import type { ModelSource } from './inference-engine';

/** A model that was trained before it came here. */
export interface ShippedModel extends ModelSource {
  readonly artifact: ModelArtifact;
  /** Where it came from, for messages. */
  readonly folder: string;
}

/** How a start that fails for a shipped model ends: it can do without. */
const WITHOUT = 'or start without shipped models (--no-pretrained)';

/**
 * The model in a folder. Undefined, with a line in the log, for one of another predictor than the
 * one that learns: what it knows is of no use to that. FAILED_PRECONDITION, with the file and what
 * to do, where the folder is damaged.
 */
export async function loadShippedModel(
  folder: string,
  predictor: string,
  log: Log,
): Promise<ShippedModel | undefined> {
  try {
    const artifact = await loadModelFolder(folder);
    const facts = readArtifactFacts(artifact);
    if (facts.predictor === predictor) return { predictor, artifact, folder };
    log.info('model:left-out', { folder, predictor: facts.predictor, learns: predictor });
    return undefined;
  } catch (thrown) {
    const { rawMessage } = PredictorError.from(thrown);
    throw new PredictorError(Code.FailedPrecondition, `${rawMessage}; ${WITHOUT}`, {
      cause: thrown,
    });
  }
}

/** What to say where a whole folder holds a model that this release cannot run. */
export function unusableShippedModel(folder: string, thrown: unknown): PredictorError {
  const { rawMessage } = PredictorError.from(thrown);
  return new PredictorError(
    Code.FailedPrecondition,
    `model folder "${folder}" does not fit this release: ${rawMessage}; take the models of this release, ${WITHOUT}`,
    { cause: thrown },
  );
}
