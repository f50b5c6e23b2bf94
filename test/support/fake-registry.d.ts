import type { PredictorError } from '../../src/errors';
import type { Predictor, PredictorRegistry } from '../../src/predictor';

export interface FakePredictor extends Predictor {
  readonly disposed: boolean;
  readonly prepared: boolean;
}

export function createFakeRegistry(
  errorClass: typeof PredictorError,
  made?: FakePredictor[],
): PredictorRegistry;
export function createDefaultRegistry(): PredictorRegistry;
