import type { RngState } from '../base';
import type { SamplerState } from './batches';
import type { OptimizerState } from './optimizer';
import type { TallyState } from './training-tally';
import type { JudgedWeights } from './validation';

/** All that a training needs to go on as if it had not been interrupted. */
export interface TrainingCheckpoint {
  /** Of data, settings and seed: a checkpoint of another training is refused. */
  readonly identity: string;
  /** Steps done. */
  readonly step: number;
  readonly optimizer: OptimizerState;
  readonly sampler: SamplerState;
  /** Of noise and what else a step draws. */
  readonly rng: RngState;
  readonly best: JudgedWeights | undefined;
  /** Looks since the best. */
  readonly looksSince: number;
  readonly tally: TallyState;
}

/** Where a training keeps its checkpoints; a file, or a test's own. */
export interface CheckpointPort {
  /** The last one saved; undefined: begin from the start. */
  load(): Promise<TrainingCheckpoint | undefined>;
  /** In the place of the last one, whole or not at all. */
  save(checkpoint: TrainingCheckpoint): Promise<void>;
  /** Between two, about; one more is made when the training is stopped. */
  readonly everySeconds: number;
}
