export type { Corpus, CorpusEntry, CorpusTask, Refusals } from './corpus';
export { type NoiseFloor, noiseFloors } from './noise-floors';
export { type Partition, partitionBySplit } from './partition';
export { BY_SAMPLE_SHARES, type BySampleOptions, partitionBySample } from './partition-by-sample';
export { type CorpusProgress, type ReadCorpusOptions, readCorpus } from './read-corpus';
