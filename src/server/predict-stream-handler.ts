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
import { mapAhead } from './map-ahead';
import { scorePrograms } from './score-programs';

/**
 * Chunks of one stream that are scored or wait for it: two in the worker, one
 * that waits, and one that is being received. A search's call has four.
 */
const CHUNKS_AHEAD = 4;

/** What is asked of all chunks, and the version that answers them. */
interface Agreement {
  readonly scope: PredictScope;
  readonly pinned: ModelRef;
}

/**
 * Chunks are answered in their order; while one is scored the next are received,
 * read and queued. The first says what is asked of all, and the version that is
 * newest when it comes answers all.
 */
export function createPredictStreamHandler(
  service: CostModelService,
): StreamHandler<PredictStreamRequest, PredictStreamResponseInput> {
  return async function* (requests, { signal }) {
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    let agreed: Promise<Agreement> | undefined;
    try {
      yield* mapAhead(requests, CHUNKS_AHEAD, async ({ chunk }, index) => {
        if (chunk === null) throw invalidArgument(`chunk ${index} is absent; it is required`);
        if (agreed === undefined) agreed = agree(service, decodePredictScope(chunk));
        else assertNoPredictScope(index, chunk);
        const { scope, pinned } = await agreed;
        const scored = await scorePrograms(service, scope, chunk.programs, either, pinned);
        return { chunk: scored.response };
      });
    } finally {
      // What is still queued of a stream that has failed is asked for by nobody.
      failed.abort();
    }
  };
}

async function agree(service: CostModelService, scope: PredictScope): Promise<Agreement> {
  const { model } = await service.getModel(scope.model, scope.task);
  return { scope, pinned: { ...model, pinned: true } };
}
