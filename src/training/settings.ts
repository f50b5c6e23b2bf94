import type { BatchSettings } from './batches';
import type { LossSettings } from './losses';
import { type AdamWSettings, DEFAULT_ADAMW } from './optimizer';

/** Everything that steers a training but the data and the seed. */
export interface TrainingSettings {
  readonly batches: BatchSettings;
  readonly loss: LossSettings;
  /** See `createTrainingSet`. */
  readonly evenShare: number;
  readonly optimizer: AdamWSettings;
  readonly peakLearningRate: number;
  /** Share of the steps in which the learning rate rises. */
  readonly warmUpShare: number;
  /** Steps with next to no data, and at most. */
  readonly leastSteps: number;
  readonly mostSteps: number;
  /** Passes over the data that decide the steps between those two. */
  readonly passes: number;
  /** Deviation of the noise on standardised leaf vectors: the less data, the more it helps. */
  readonly leafNoise: number;
  /** From so many examples on, a part is held out to choose when to stop. */
  readonly holdOutFrom: number;
  readonly holdOutShare: number;
  /** Share of the steps between two looks at the held-out part. */
  readonly evaluateEvery: number;
}

export const DEFAULT_SETTINGS: TrainingSettings = Object.freeze({
  batches: { programsPerStep: 128, programsPerTask: 128 },
  loss: { huberLimit: 1.5, likelihoodWeight: 0.2, rankingWeight: 3 },
  evenShare: 0.35,
  optimizer: DEFAULT_ADAMW,
  peakLearningRate: 2e-3,
  warmUpShare: 0.1,
  leastSteps: 200,
  mostSteps: 300,
  passes: 60,
  leafNoise: 0,
  holdOutFrom: 200,
  holdOutShare: 0.1,
  evaluateEvery: 0.05,
});

export function stepsFor(settings: TrainingSettings, stepsPerPass: number): number {
  const { leastSteps, mostSteps, passes } = settings;
  return Math.max(leastSteps, Math.min(mostSteps, Math.ceil(passes * stepsPerPass)));
}
