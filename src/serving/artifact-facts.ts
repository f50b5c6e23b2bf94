import { invalidArgument, PredictorError } from '../errors';
import type { ModelArtifact } from '../predictor';
import { TARGET_KINDS, type TargetKind } from '../program';
import { assertWhole } from '../store';

/** What a card says of the model, as far as it is the server's to know. */
export interface ArtifactFacts {
  /** Name in the predictor registry. */
  readonly predictor: string;
  /** What the model is for; undefined where the card does not say. */
  readonly targetKind: TargetKind | undefined;
}

/** INVALID_ARGUMENT for an artifact that is not whole, or whose card does not name its predictor. */
export function readArtifactFacts(artifact: ModelArtifact): ArtifactFacts {
  try {
    assertWhole('artifact', artifact);
  } catch (thrown) {
    throw invalidArgument(PredictorError.from(thrown).rawMessage, { cause: thrown });
  }
  const { predictor, targetKind } = JSON.parse(artifact.card) as Record<string, unknown>;
  if (typeof predictor !== 'string' || predictor === '') {
    throw invalidArgument('artifact: the card does not name its predictor');
  }
  return { predictor, targetKind: TARGET_KINDS.find((kind) => kind === targetKind) };
}

/** With a card that says what the model is for, so that another server puts it in the same line. */
export function withTargetKind(artifact: ModelArtifact, targetKind: TargetKind): ModelArtifact {
  const card = JSON.parse(artifact.card) as Record<string, unknown>;
  if (card.targetKind === targetKind) return artifact;
  return { card: JSON.stringify({ ...card, targetKind }), weights: artifact.weights };
}
