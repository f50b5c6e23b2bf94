export { readArtifactFile, writeArtifactFile } from './artifact-file';
export type { CostModelClientOptions } from './client-options';
export { type CallLimits, type CostModelClient, createCostModelClient } from './cost-model-client';
export { createRemotePredictor, type RemotePredictorOptions } from './remote-predictor';
