import type { PredictorRegistry } from '../predictor';

/** What a module that threads and processes load their predictors from exports. */
export interface RegistryModule {
  createDefaultRegistry(): PredictorRegistry;
}

/** Functions cannot be sent to a worker: it is told where to find them instead. */
export function loadRegistry(modulePath: string): PredictorRegistry {
  return (require(modulePath) as RegistryModule).createDefaultRegistry();
}
