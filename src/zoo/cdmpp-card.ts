import { z } from 'zod';
import { invalidArgument } from '../errors';
import type { FeatureSchema } from '../features';
import {
  fromNamedWeights,
  layoutOf,
  type ModelState,
  type Standardisation,
  toNamedWeights,
  validateConfig,
} from '../model';
import type { ModelArtifact } from '../predictor';
import { decodeWeights, encodeWeights, sha256 } from '../tensor';

/** What is remembered of the trainings behind the weights. */
export interface TrainingSummary {
  readonly trainedOn: number;
  readonly trainedThroughSequence: number;
  readonly trainingSeconds: number;
  readonly loss: number;
  readonly seed: number;
  /** Examples that the normalisation was fitted on. */
  readonly normalisedOn: number;
}

/** Raised with every change that makes older cards unreadable. */
const FORMAT = 'cdmpp-model/2';

const standardisation = z.object({
  mean: z.array(z.number()),
  inverseDeviation: z.array(z.number().nonnegative()),
});

const labelTransform = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('log-ratio'), estimateSlope: z.number() }),
  z.object({ kind: z.literal('log') }),
  z.object({ kind: z.literal('box-cox'), lambda: z.number(), logCentre: z.number() }),
]);

const cardSchema = z.object({
  format: z.literal(FORMAT),
  predictor: z.string(),
  featureSchema: z.object({
    id: z.string(),
    leaf: z.array(z.string()),
    device: z.array(z.string()),
  }),
  config: z.object({
    leafWidth: z.number(),
    deviceWidth: z.number(),
    width: z.number(),
    heads: z.number(),
    layers: z.number(),
    feedForwardWidth: z.number(),
    decoderWidth: z.number(),
    decoders: z.number(),
    deviceNames: z.array(z.string()),
  }),
  normalisation: z.object({
    leaf: standardisation,
    device: standardisation,
    label: labelTransform,
    targetMean: z.number(),
    targetDeviation: z.number().positive(),
    residualShare: z.number().positive().max(1),
  }),
  training: z.object({
    trainedOn: z.number().int().positive(),
    trainedThroughSequence: z.number().int().nonnegative(),
    trainingSeconds: z.number().nonnegative(),
    loss: z.number(),
    seed: z.number(),
    normalisedOn: z.number().int().positive(),
  }),
  weightsSha256: z.string(),
});

type Card = z.infer<typeof cardSchema>;

export interface SavedCdmpp {
  readonly state: ModelState;
  readonly training: TrainingSummary;
  readonly weightsSha256: string;
}

export function encodeArtifact(
  predictor: string,
  schema: FeatureSchema,
  state: ModelState,
  training: TrainingSummary,
): { readonly artifact: ModelArtifact; readonly weightsSha256: string } {
  const weights = encodeWeights(toNamedWeights(layoutOf(state.config), state.values));
  const { leaf, device, ...ofLabels } = state.normalisation;
  const card: Card = {
    format: FORMAT,
    predictor,
    featureSchema: { id: schema.id, leaf: [...schema.leaf], device: [...schema.device] },
    config: { ...state.config, deviceNames: [...state.config.deviceNames] },
    normalisation: { leaf: toLists(leaf), device: toLists(device), ...ofLabels },
    training: { ...training },
    weightsSha256: sha256(weights),
  };
  return { artifact: { card: JSON.stringify(card), weights }, weightsSha256: card.weightsSha256 };
}

/** INVALID_ARGUMENT, with what differs, where predictor, checksum, schema or shapes do not fit. */
export function decodeArtifact(
  artifact: ModelArtifact,
  predictor: string,
  schema: FeatureSchema,
): SavedCdmpp {
  const card = parseCard(artifact.card);
  if (card.predictor !== predictor) {
    throw invalidArgument(`card: predictor is "${card.predictor}"; it must be "${predictor}"`);
  }
  requireSameSchema(card.featureSchema, schema);
  const found = sha256(artifact.weights);
  if (found !== card.weightsSha256) {
    throw invalidArgument(`weights: sha256 is ${found}; the card says ${card.weightsSha256}`);
  }
  const config = validateConfig(card.config);
  requireWidth('config.leafWidth', config.leafWidth, schema.leaf.length);
  requireWidth('config.deviceWidth', config.deviceWidth, schema.device.length);
  const layout = layoutOf(config);
  const values = fromNamedWeights(layout, decodeWeights(artifact.weights, layout.specs));
  const { leaf, device, ...ofLabels } = card.normalisation;
  const normalisation = {
    leaf: fromLists('normalisation.leaf', leaf, config.leafWidth),
    device: fromLists('normalisation.device', device, config.deviceWidth),
    ...ofLabels,
  };
  return {
    state: { config, normalisation, values },
    training: card.training,
    weightsSha256: card.weightsSha256,
  };
}

function parseCard(text: string): Card {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (thrown) {
    throw invalidArgument('card: not JSON', { cause: thrown });
  }
  const parsed = cardSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalidArgument(`card: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'malformed'}`);
}

function requireSameSchema(found: FeatureSchema, wanted: FeatureSchema): void {
  if (found.id === wanted.id) return;
  const known = new Set([...wanted.leaf, ...wanted.device]);
  const names = [...found.leaf, ...found.device];
  const held = new Set(names);
  const surplus = names.filter((name) => !known.has(name));
  const missing = [...known].filter((name) => !held.has(name));
  throw invalidArgument(
    `card: feature schema is ${found.id}; this server has ${wanted.id} ` +
      `(only in the card: ${listed(surplus)}; only here: ${listed(missing)})`,
  );
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'nothing, the order differs';
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

function requireWidth(field: string, found: number, wanted: number): void {
  if (found !== wanted) throw invalidArgument(`card: ${field} is ${found}; it must be ${wanted}`);
}

function toLists({ mean, inverseDeviation }: Standardisation) {
  return { mean: Array.from(mean), inverseDeviation: Array.from(inverseDeviation) };
}

function fromLists(
  field: string,
  lists: { readonly mean: readonly number[]; readonly inverseDeviation: readonly number[] },
  width: number,
): Standardisation {
  requireWidth(`${field}.mean`, lists.mean.length, width);
  requireWidth(`${field}.inverseDeviation`, lists.inverseDeviation.length, width);
  return {
    mean: Float32Array.from(lists.mean),
    inverseDeviation: Float32Array.from(lists.inverseDeviation),
  };
}
