export { deviceVector } from './device-vector';
export {
  createFeatureExtractor,
  type FeatureExtractor,
  type FeatureResult,
  loopNestSchema,
  type ProgramFeatures,
} from './feature-extractor';
export { createFeatureSchema, type FeatureSchema } from './feature-schema';
export { referenceLatencySeconds } from './reference-latency';
