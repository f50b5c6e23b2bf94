import { Code, PredictorError } from '../errors';
import type { CostModelService, ModelRef } from '../serving';
import {
  decodePrograms,
  encodePredictResponse,
  type PredictRequest,
  type PredictResponseInput,
  type PredictScope,
} from '../wire';

/** The answer to one call or chunk, and the version that gave it. */
export interface ScoredPrograms {
  readonly response: PredictResponseInput;
  readonly model: ModelRef;
}

/**
 * Scores the programs of one message. With `pinned`, the version that answered
 * before, a different version is ABORTED: the caller sends its stream again.
 */
export async function scorePrograms(
  service: CostModelService,
  scope: PredictScope,
  programs: PredictRequest['programs'],
  signal: AbortSignal,
  pinned?: ModelRef,
): Promise<ScoredPrograms> {
  const decoded = decodePrograms(programs);
  const answer = await service.predict({
    ...scope,
    programs: decoded.programs,
    signal,
    model: pinned ?? scope.model,
  });
  if (pinned !== undefined && !isSame(pinned, answer.model)) {
    throw new PredictorError(
      Code.Aborted,
      `version is ${answer.model.version} after ${pinned.version}; one version must answer a stream: send it again`,
    );
  }
  const predictions = decoded.restore(answer.predictions);
  return { response: encodePredictResponse({ ...answer, predictions }), model: answer.model };
}

function isSame(left: ModelRef, right: ModelRef): boolean {
  return left.name === right.name && left.version === right.version;
}
