export {
  type BackendKind,
  nativeEnvironment,
  openBackend,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  type Tf,
  type Variable,
} from './backend';
export { inScope, readInScope, type ScopeResult } from './scope';
export { fromTfError } from './tf-error';
export {
  decodeWeights,
  encodeWeights,
  type NamedWeight,
  sha256,
  type WeightSpec,
} from './weights-io';
