import { invalidArgument } from '../errors';
import type { CostModelService } from '../serving';
import { decodeTask, type RegisterTaskRequest, type RegisterTaskResponseInput } from '../wire';
import type { UnaryHandler } from './handler';

export function createRegisterTaskHandler(
  service: CostModelService,
): UnaryHandler<RegisterTaskRequest, RegisterTaskResponseInput> {
  return async (request) => {
    if (request.task === null) throw invalidArgument('task is absent; it is required');
    return service.registerTask(decodeTask(request.task));
  };
}
