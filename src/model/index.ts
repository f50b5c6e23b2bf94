export {
  type AnalyticalLatency,
  fitEstimateSlope,
  logBase,
  type MeasuredEstimate,
} from './analytical-latency';
export {
  allocateBatch,
  BATCH_ROWS,
  COMMON_LEAF_BUCKETS,
  type DeviceInput,
  type LeafSequence,
  leafBucketOf,
  type PackedBatch,
  packBatch,
  planBatches,
  programsPerBatch,
} from './batch-shape';
export { boxCox, fitLambda, inverseBoxCox, inverseBoxCoxTensor } from './box-cox';
export {
  DEFAULT_SIZES,
  deviceRow,
  type LatencyModelConfig,
  type ModelSizes,
  validateConfig,
} from './config';
export {
  type BatchTensors,
  createConstants,
  decodeEmbedding,
  embedPrograms,
  forward,
  layoutOf,
  type ModelConstants,
  toTensors,
} from './forward';
export {
  aboveBase,
  fitLabelTransform,
  type LabelKind,
  type LabelTransform,
  labelBase,
  labelKinds,
  logLatencySlope,
  toLabel,
  toLogLatency,
} from './label-transform';
export {
  type LabelPredictions,
  LatencyModel,
  LOG_VARIANCE_RANGE,
  type ModelState,
} from './latency-model';
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
export { withDevices } from './with-devices';
