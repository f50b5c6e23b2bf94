import type { CostModelService } from '../serving';
import { decodePredictScope, type PredictRequest, type PredictResponseInput } from '../wire';
import type { UnaryHandler } from './handler';
import { scorePrograms } from './score-programs';

export function createPredictHandler(
  service: CostModelService,
): UnaryHandler<PredictRequest, PredictResponseInput> {
  return async (request, { signal }) => {
    const scope = decodePredictScope(request);
    return (await scorePrograms(service, scope, request.programs, signal)).response;
  };
}
