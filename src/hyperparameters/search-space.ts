/**
 * What `cdmpp tune-hyperparameters` searches: settings by where they stand in `TrainingSettings`.
 *
 * Bounds are where more is no longer worth its price: a wider network predicts more slowly, a
 * higher learning rate diverges. What is not here keeps the value that the search began with: the
 * weight of the absolute error too, for only the ratios of the weights matter.
 */
import type { Parameter } from './parameter';

const linear = (name: string, low: number, high: number): Parameter =>
  Object.freeze({ name, kind: 'float', low, high, scale: 'linear' });

const logarithmic = (name: string, low: number, high: number): Parameter =>
  Object.freeze({ name, kind: 'float', low, high, scale: 'logarithmic' });

const choice = (name: string, choices: readonly (number | string)[]): Parameter =>
  Object.freeze({ name, kind: 'choice', choices: Object.freeze([...choices]) });

export const SEARCH_SPACE: readonly Parameter[] = Object.freeze([
  // The network. Every width is a multiple of 2·heads, whatever the heads.
  choice('model.width', [48, 64, 96, 128, 192]),
  choice('model.heads', [2, 4, 8]),
  choice('model.layers', [1, 2, 3, 4]),
  choice('model.feedForwardWidth', [64, 128, 256, 512]),
  choice('model.decoderWidth', [64, 96, 128, 192]),
  choice('model.decoders', [1, 2, 4, 8]),
  // What it learns, and what is minimised.
  choice('label', ['log-ratio', 'log', 'box-cox']),
  logarithmic('loss.huberLimit', 0.3, 3),
  linear('loss.relativeWeight', 0, 2),
  choice('loss.ranking', ['logistic', 'soft']),
  logarithmic('loss.rankingWeight', 0.1, 10),
  logarithmic('loss.rankingTemperature', 0.1, 2),
  logarithmic('loss.likelihoodWeight', 0.02, 1),
  linear('evenShare', 0, 1),
  // The steps.
  logarithmic('peakLearningRate', 3e-4, 1e-2),
  choice('batches.programsPerStep', [128, 256, 512, 1024]),
  logarithmic('optimizer.weightDecay', 1e-3, 0.3),
  // Against learning by heart.
  linear('leafNoise', 0, 0.6),
  linear('deviceTable.dropout', 0, 0.6),
]);
