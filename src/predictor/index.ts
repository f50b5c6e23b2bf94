export type {
  FitOptions,
  FitProgress,
  FitSummary,
  ModelArtifact,
  Prediction,
  PredictionFailure,
  Predictor,
  PredictorDescription,
  ProgramBatch,
  TaskRecord,
} from './predictor';
export { createPredictorRegistry, type PredictorRegistry } from './registry';
