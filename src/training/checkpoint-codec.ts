/**
 * A training checkpoint as bytes: the length of a JSON text as a little-endian uint32,
 * the text, then the vectors in the format of weights (`tensor/weights-io`).
 */
import { z } from 'zod';
import { Code, PredictorError } from '../errors';
import { decodeWeights, encodeWeights, type NamedWeight, sha256 } from '../tensor';
import type { TrainingCheckpoint } from './checkpoint';
import type { ValidationFigures } from './validation';

const FORMAT = 'cdmpp-training/1';
const LENGTH_BYTES = 4;

/** JSON has no NaN and no infinity, which a look may find, and says null. */
const figure = z.number().nullish();
const figures = z.object({
  objective: z.number().nullable(),
  loss: figure,
  mapePercent: figure,
  pairwiseAccuracy: figure,
});
const rng = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const headSchema = z.object({
  format: z.literal(FORMAT),
  identity: z.string(),
  step: z.number(),
  optimizerSteps: z.number(),
  sampler: z.object({ passStart: rng, taken: z.number() }),
  rng,
  best: z.object({ step: z.number(), figures }).optional(),
  looksSince: z.number(),
  tally: z.object({
    losses: z.array(z.number()),
    lossesInPoints: z.number(),
    skippedSteps: z.number(),
    samples: z.number(),
    seconds: z.number(),
    stepSeconds: z.number(),
    history: z.array(
      z.object({
        step: z.number(),
        loss: z.number(),
        learningRate: z.number(),
        validation: figures.optional(),
      }),
    ),
  }),
  parameterCount: z.number(),
  vectorsSha256: z.string(),
});
type Head = z.infer<typeof headSchema>;
type ParsedFigures = z.infer<typeof figures>;

export function encodeCheckpoint(checkpoint: TrainingCheckpoint): Uint8Array {
  const { identity, step, sampler, looksSince, tally, best, optimizer } = checkpoint;
  const { weights, first, second, average } = optimizer;
  const vectors = encodeWeights([
    vector('weights', weights),
    vector('first', first),
    vector('second', second),
    vector('average', average),
    ...(best === undefined ? [] : [vector('best', best.values)]),
  ]);
  const head = {
    format: FORMAT,
    identity,
    step,
    optimizerSteps: optimizer.steps,
    sampler,
    rng: checkpoint.rng,
    best: best && { step: best.step, figures: best.figures },
    looksSince,
    tally,
    parameterCount: weights.length,
    vectorsSha256: sha256(vectors),
  };
  const text = Buffer.from(JSON.stringify(head));
  const bytes = new Uint8Array(LENGTH_BYTES + text.length + vectors.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, LENGTH_BYTES);
  bytes.set(vectors, LENGTH_BYTES + text.length);
  return bytes;
}

/** DATA_LOSS where the bytes are not a whole checkpoint. */
export function decodeCheckpoint(bytes: Uint8Array): TrainingCheckpoint {
  try {
    return decode(bytes);
  } catch (thrown) {
    const reason = PredictorError.from(thrown).rawMessage;
    throw new PredictorError(
      Code.DataLoss,
      `training checkpoint: ${reason}; remove it to begin anew`,
      { cause: thrown },
    );
  }
}

function decode(bytes: Uint8Array): TrainingCheckpoint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = LENGTH_BYTES + view.getUint32(0, true);
  const text = Buffer.from(bytes.subarray(LENGTH_BYTES, end)).toString('utf8');
  const head: Head = headSchema.parse(JSON.parse(text));
  const vectors = bytes.subarray(end);
  if (sha256(vectors) !== head.vectorsSha256) throw new Error('its checksum is another');
  const names = ['weights', 'first', 'second', 'average', ...(head.best ? ['best'] : [])];
  const shape = [head.parameterCount];
  const [weights, first, second, average, best] = decodeWeights(
    vectors,
    names.map((name) => ({ name, shape })),
  ).map(({ values }) => values) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array | undefined,
  ];
  const { identity, step, sampler, looksSince, tally } = head;
  return {
    identity,
    step,
    optimizer: { steps: head.optimizerSteps, weights, first, second, average },
    sampler,
    rng: head.rng,
    best:
      head.best && best
        ? { step: head.best.step, figures: figuresOf(head.best.figures), values: best }
        : undefined,
    looksSince,
    tally: {
      ...tally,
      history: tally.history.map(({ validation, ...point }) => ({
        ...point,
        validation: validation && figuresOf(validation),
      })),
    },
  };
}

function figuresOf(parsed: ParsedFigures): ValidationFigures {
  const { objective, loss, mapePercent, pairwiseAccuracy } = parsed;
  const read = (value: number | null | undefined) => (value === null ? Number.NaN : value);
  return {
    objective: objective ?? Number.POSITIVE_INFINITY,
    loss: read(loss),
    mapePercent: read(mapePercent),
    pairwiseAccuracy: read(pairwiseAccuracy),
  };
}

function vector(name: string, values: Float32Array): NamedWeight {
  return { name, shape: [values.length], values };
}
