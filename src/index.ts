/**
 * The public surface: what a program that embeds the server, or asks one, needs.
 * Everything else is private and may change with any version.
 */
export { type Log, silentLog, systemClock } from './base';
export {
  type CostModelClient,
  type CostModelClientOptions,
  createCostModelClient,
  createRemotePredictor,
  type RemotePredictorOptions,
} from './client';
export { Code, PredictorError } from './errors';
export type {
  FitOptions,
  FitSummary,
  ModelArtifact,
  Prediction,
  Predictor,
  PredictorDescription,
  ProgramBatch,
  TaskRecord,
} from './predictor';
export {
  createTask,
  type DeviceCard,
  type HardwareParams,
  type MeasuredRecord,
  type ProgramSource,
  type Task,
  type TaskFields,
} from './program';
export { type CostModelServer, createServer, type ServerOptions } from './server';
export {
  type CostModelService,
  type CostModelServiceOptions,
  createCostModelService,
} from './serving';
export { createDefaultRegistry } from './zoo';
