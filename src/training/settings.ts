import { DEFAULT_SIZES, type LabelKind, type ModelSizes } from '../model';
import type { BatchSettings } from './batches';
import type { CmdSettings } from './central-moments';
import type { LossSettings } from './losses';
import { type AdamWSettings, DEFAULT_ADAMW } from './optimizer';
import type { ValidationSettings } from './validation';
import type { WarmStartSettings } from './warm-start';

/** Everything that steers a training but the data and the seed. */
export interface TrainingSettings {
  /** Of a model that begins from nothing. */
  readonly model: ModelSizes;
  /** What the network learns; see `LabelTransform`. */
  readonly label: LabelKind;
  readonly loss: LossSettings;
  /** Draws programs of the target to those that are learned from. */
  readonly cmd: CmdSettings;
  readonly deviceTable: DeviceTableSettings;
  readonly batches: BatchSettings;
  readonly optimizer: AdamWSettings;
  /** See `createTrainingSet`. */
  readonly evenShare: number;
  readonly peakLearningRate: number;
  /** Share of the steps in which the learning rate rises. */
  readonly warmUpShare: number;
  /** Steps with next to no data, and at most. */
  readonly leastSteps: number;
  readonly mostSteps: number;
  /** Passes over the data (epochs) that decide the steps between those two. */
  readonly passes: number;
  /** Deviation of the noise on standardised leaf vectors: the less data, the more it helps. */
  readonly leafNoise: number;
  /**
   * Examples that are needed to believe half of what was learned from them: predictions are drawn
   * to the labels' mean by n / (n + this), in the manner of James & Stein (1961). 0: not at all.
   */
  readonly shrinkage: number;
  readonly validation: ValidationSettings;
  readonly warmStart: WarmStartSettings;
}

export interface DeviceTableSettings {
  /** Whether devices get a learned vector beside their card. */
  readonly learned: boolean;
  /** Share of the examples whose device is hidden, so that the row of unknown devices learns. */
  readonly dropout: number;
}

/** For a server that learns from tens to thousands of records while it serves. */
export const DEFAULT_SETTINGS: TrainingSettings = Object.freeze<TrainingSettings>({
  model: DEFAULT_SIZES,
  label: 'log-ratio',
  loss: {
    absoluteWeight: 1,
    huberLimit: 1.5,
    relativeWeight: 0,
    relativeLimit: 1,
    relativeSmoothing: 0.05,
    rankingWeight: 3,
    ranking: 'soft',
    rankingTemperature: 0.5,
    rankingGapLimit: 1,
    likelihoodWeight: 0.2,
  },
  cmd: { weight: 0, moments: 5, programsPerStep: 64 },
  deviceTable: { learned: false, dropout: 0.1 },
  batches: { programsPerStep: 128, programsPerTask: 128, rowsPerStep: 16_384 },
  optimizer: DEFAULT_ADAMW,
  evenShare: 0.35,
  peakLearningRate: 2e-3,
  warmUpShare: 0.1,
  leastSteps: 120,
  mostSteps: 400,
  passes: 20,
  leafNoise: 0.6,
  shrinkage: 64,
  validation: {
    figure: 'loss',
    everyShare: 0.05,
    patience: 0,
    holdOutFrom: 200,
    holdOutShare: 0.1,
  },
  warmStart: { keptShare: 0.5, tuneFrom: 2 },
});

/** For a training from a data set: 10⁴ to 2·10⁵ programs, tens of passes. */
export const OFFLINE_SETTINGS: TrainingSettings = Object.freeze<TrainingSettings>({
  model: {
    width: 128,
    heads: 4,
    layers: 3,
    feedForwardWidth: 256,
    decoderWidth: 192,
    decoders: 4,
  },
  label: 'log-ratio',
  loss: {
    absoluteWeight: 1,
    huberLimit: 1.5,
    relativeWeight: 0.5,
    relativeLimit: 1,
    relativeSmoothing: 0.05,
    rankingWeight: 1,
    ranking: 'soft',
    rankingTemperature: 0.5,
    rankingGapLimit: 1,
    likelihoodWeight: 0.2,
  },
  cmd: { weight: 0, moments: 5, programsPerStep: 128 },
  deviceTable: { learned: true, dropout: 0.1 },
  batches: { programsPerStep: 512, programsPerTask: 32, rowsPerStep: 8192 },
  optimizer: { ...DEFAULT_ADAMW, beta2: 0.999, averageDecay: 0.999 },
  evenShare: 1,
  peakLearningRate: 1e-3,
  warmUpShare: 0.05,
  leastSteps: 400,
  mostSteps: 200_000,
  passes: 30,
  leafNoise: 0.05,
  shrinkage: 0,
  validation: {
    figure: 'mape',
    everyShare: 0.025,
    patience: 0,
    holdOutFrom: 1_000_000_000,
    holdOutShare: 0.1,
  },
  warmStart: { keptShare: 1, tuneFrom: 0 },
});

/** For a model that knows much, on the few or many programs of what it is to be good at. */
export const FINETUNE_SETTINGS: TrainingSettings = Object.freeze<TrainingSettings>({
  ...OFFLINE_SETTINGS,
  // As small as that of a training's last tenth: what is known is not to be shaken.
  peakLearningRate: 2e-4,
  leastSteps: 200,
  mostSteps: 20_000,
  passes: 15,
  validation: { ...OFFLINE_SETTINGS.validation, everyShare: 0.05, holdOutFrom: 400 },
});

export function stepsFor(settings: TrainingSettings, stepsPerPass: number): number {
  const { leastSteps, mostSteps, passes } = settings;
  return Math.max(leastSteps, Math.min(mostSteps, Math.ceil(passes * stepsPerPass)));
}
