import { Code, PredictorError } from '../errors';
import type { Predictor } from './predictor';

/** Makes predictors by name; the names are what cards and the wire carry. */
export interface PredictorRegistry {
  readonly names: readonly string[];
  /** NOT_FOUND, with the names there are, for a name that is not registered. */
  create(name: string): Predictor;
}

export function createPredictorRegistry(
  factories: Readonly<Record<string, () => Predictor>>,
): PredictorRegistry {
  const names = Object.freeze(Object.keys(factories).sort());
  return Object.freeze({
    names,
    create(name: string): Predictor {
      const factory = Object.hasOwn(factories, name) ? factories[name] : undefined;
      if (factory === undefined) {
        throw new PredictorError(
          Code.NotFound,
          `predictor "${name}" is not known; known are ${names.join(', ')}`,
        );
      }
      return factory();
    },
  });
}
