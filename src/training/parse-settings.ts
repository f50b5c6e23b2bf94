import { z } from 'zod';
import { invalidArgument } from '../errors';
import { labelKinds } from '../model';
import type { TrainingSettings } from './settings';
import { validationFigures } from './validation';

const positive = z.number().positive();
const nonnegative = z.number().nonnegative();
const count = z.number().int().positive();
const share = z.number().min(0).max(1);
/** A decay of 1 would keep what it began with for ever. */
const decay = z.number().min(0).lt(1);

const schema = z.strictObject({
  model: z.strictObject({
    width: count,
    heads: count,
    layers: count,
    feedForwardWidth: count,
    decoderWidth: count,
    decoders: count,
  }),
  label: z.enum(labelKinds),
  loss: z.strictObject({
    absoluteWeight: nonnegative,
    huberLimit: positive,
    relativeWeight: nonnegative,
    relativeLimit: positive.max(20),
    relativeSmoothing: positive,
    rankingWeight: nonnegative,
    ranking: z.enum(['logistic', 'soft']),
    rankingTemperature: positive,
    rankingGapLimit: positive,
    likelihoodWeight: nonnegative,
  }),
  cmd: z.strictObject({
    weight: nonnegative,
    moments: count.max(5),
    programsPerStep: count.max(4096),
  }),
  deviceTable: z.strictObject({ learned: z.boolean(), dropout: share }),
  batches: z.strictObject({
    programsPerStep: count.max(65_536),
    programsPerTask: count.max(4096),
    rowsPerStep: count,
  }),
  optimizer: z.strictObject({
    beta1: decay,
    beta2: decay,
    epsilon: positive,
    weightDecay: nonnegative,
    clipNorm: positive,
    averageDecay: decay,
  }),
  evenShare: share,
  peakLearningRate: positive,
  warmUpShare: share,
  leastSteps: count,
  mostSteps: count,
  passes: positive,
  leafNoise: nonnegative,
  shrinkage: nonnegative,
  validation: z.strictObject({
    figure: z.enum(validationFigures),
    everyShare: share.gt(0),
    patience: z.number().int().nonnegative(),
    holdOutFrom: count,
    holdOutShare: share.lt(1),
  }),
  warmStart: z.strictObject({ keptShare: share, tuneFrom: nonnegative }),
});

/**
 * The settings in a file: every number is there, and nothing else, so that a training can be
 * repeated whatever the defaults have become. INVALID_ARGUMENT names the first field that is
 * missing, unknown or out of bounds.
 */
export function parseTrainingSettings(json: string): TrainingSettings {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (thrown) {
    throw invalidArgument('settings: not JSON', { cause: thrown });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return Object.freeze(parsed.data);
  const issue = parsed.error.issues[0];
  const field = ['settings', ...(issue?.path ?? [])].join('.');
  throw invalidArgument(
    `${field}: ${issue?.message ?? 'malformed'}; \`settings.json\` beside a trained model has every field`,
  );
}

/** What `parseTrainingSettings` reads; ends with a line end. */
export function formatTrainingSettings(settings: TrainingSettings): string {
  return `${JSON.stringify(settings, null, 2)}\n`;
}
