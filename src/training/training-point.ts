import type { ValidationFigures } from './validation';

/** A training at one of its steps. */
export interface TrainingPoint {
  readonly step: number;
  /** Mean since the last point. */
  readonly loss: number;
  readonly learningRate: number;
  readonly validation: ValidationFigures | undefined;
}
