export { deviceVector } from './device-vector';
export {
  createFeatureBatchBuffer,
  type FeatureBatch,
  type FeatureBatchBuffer,
  type FeatureFailure,
  type FeatureResult,
  type ProgramFeatures,
  programFeatures,
} from './feature-batch';
export {
  createFeatureExtractor,
  extractFeatures,
  type FeatureExtractor,
  loopNestSchema,
} from './feature-extractor';
export { createFeatureSchema, type FeatureSchema } from './feature-schema';
export {
  type FeatureSource,
  loopNestSource,
  loweredSource,
  type TaskFeatures,
  TaskFeaturesCache,
} from './feature-source';
export { createLoweredExtractor, loweredSchema } from './lowered-features';
export { referenceLatencySeconds } from './reference-latency';
