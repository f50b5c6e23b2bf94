export {
  allocateBatch,
  BATCH_ROWS,
  COMMON_LEAF_BUCKETS,
  type LeafSequence,
  leafBucketOf,
  type PackedBatch,
  packBatch,
  planBatches,
  programsPerBatch,
} from './batch-shape';
export { DEFAULT_SIZES, type LatencyModelConfig, validateConfig } from './config';
export {
  type BatchTensors,
  createConstants,
  forward,
  layoutOf,
  type ModelConstants,
  toTensors,
} from './forward';
export { LatencyModel, LOG_VARIANCE_RANGE, type LogRatios, type ModelState } from './latency-model';
export {
  fitStandardisation,
  fitTarget,
  type Normalisation,
  type Standardisation,
} from './normalisation';
export {
  decayMask,
  fromNamedWeights,
  initialValues,
  type ParameterLayout,
  type Parameters,
  splitParameters,
  toNamedWeights,
} from './parameters';
export { renormalise } from './renormalise';
export { warmUp } from './warm-up';
