import { loadModelFolder } from '../artifact';
import { PredictorError } from '../errors';
import { type FeatureSource, loopNestSource, loweredSource } from '../features';
import type { ModelState } from '../model';
import type { ModelArtifact } from '../predictor';
import { decodeArtifact, type TrainingSummary } from '../zoo';

/** A model of a folder, ready to predict. */
export interface OpenedModel {
  /** In the registry. */
  readonly predictor: string;
  readonly state: ModelState;
  /** What its inputs come from. */
  readonly source: FeatureSource;
  readonly training: TrainingSummary;
  readonly weightsSha256: string;
  readonly artifact: ModelArtifact;
}

/** Errors as `loadModelFolder`; INVALID_ARGUMENT where the card is of another release's features. */
export async function openModel(folder: string): Promise<OpenedModel> {
  const artifact = await loadModelFolder(folder);
  const { predictor, schemaId } = namesIn(artifact.card);
  const sources = [loopNestSource, loweredSource];
  // Of a schema that is unknown, what differs from the usual one is told.
  const source = sources.find(({ schema }) => schema.id === schemaId) ?? loopNestSource;
  try {
    return { predictor, source, artifact, ...decodeArtifact(artifact, predictor, source.schema) };
  } catch (thrown) {
    const error = PredictorError.from(thrown);
    throw new PredictorError(error.code, `model folder "${folder}": ${error.rawMessage}`, {
      cause: thrown,
    });
  }
}

/** Empty where the card does not say; whoever decodes it says what is wrong with it. */
function namesIn(card: string): { readonly predictor: string; readonly schemaId: string } {
  try {
    const { predictor, featureSchema } = JSON.parse(card);
    return { predictor: String(predictor), schemaId: String(featureSchema?.id) };
  } catch {
    return { predictor: '', schemaId: '' };
  }
}
