export { assertDisjoint, assertKernelsApart } from './assert-disjoint';
export { type Computation, gatherComputations } from './computations';
export { kindDescriptions } from './describe-kind';
export { type MadeSplits, makeSplits, type SplitKind, splitKinds } from './make-splits';
export { seededDigest, seededShare } from './seeded-share';
export {
  type Adaptation,
  type Block,
  blocksOf,
  isAdaptationProgram,
  type LeftOut,
  type Side,
  type SkippedSplit,
  type Split,
  sideOf,
  sideOfComputation,
} from './split';
export {
  assertSound,
  formatSplitFile,
  loadSplit,
  parseSplitFile,
  SPLIT_FORMAT,
  type SplitFile,
  type UnplacedTask,
} from './split-file';
export { adaptationCandidates, adaptTo } from './transfer-splits';
