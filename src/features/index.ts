export { deviceVector } from './device-vector';
export {
  createFeatureExtractor,
  type FeatureExtractor,
  type FeatureResult,
  loopNestSchema,
  type ProgramFeatures,
} from './feature-extractor';
export { createFeatureSchema, type FeatureSchema } from './feature-schema';
export { createLoweredExtractor, loweredSchema } from './lowered-features';
export { referenceLatencySeconds } from './reference-latency';
