import type { ServiceError } from '@grpc/grpc-js';
import { Code, PredictorError } from '../errors';

/** What a call failed with, as one of ours: the code that the server, or gRPC on the way, gave it. */
export function remoteError(method: string, thrown: unknown): PredictorError {
  if (thrown instanceof PredictorError) return thrown;
  const { code, details } = thrown as Partial<ServiceError>;
  if (typeof code !== 'number' || Code[code] === undefined) return PredictorError.from(thrown);
  return new PredictorError(code as number, details || `${method} failed without a reason`, {
    details: { method },
    cause: thrown,
  });
}
