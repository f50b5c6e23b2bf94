import { invalidArgument } from '../errors';
import type { CostModelService, ModelRef } from '../serving';
import {
  assertNoPredictScope,
  decodePredictScope,
  type PredictScope,
  type PredictStreamRequest,
  type PredictStreamResponseInput,
} from '../wire';
import type { StreamHandler } from './handler';
import { scorePrograms } from './score-programs';

/**
 * Chunks are scored as they come and answered in their order. The first says
 * what is asked of all; the version that answers it answers the rest. While one
 * is scored the transport receives the next, and no more than it has room for.
 */
export function createPredictStreamHandler(
  service: CostModelService,
): StreamHandler<PredictStreamRequest, PredictStreamResponseInput> {
  return async function* (requests, { signal }) {
    let scope: PredictScope | undefined;
    let pinned: ModelRef | undefined;
    let chunkIndex = 0;
    for await (const { chunk } of requests) {
      if (chunk === null) throw invalidArgument(`chunk ${chunkIndex} is absent; it is required`);
      if (scope === undefined) scope = decodePredictScope(chunk);
      else assertNoPredictScope(chunkIndex, chunk);
      const scored = await scorePrograms(service, scope, chunk.programs, signal, pinned);
      pinned ??= scored.model;
      yield { chunk: scored.response };
      chunkIndex += 1;
    }
  };
}
