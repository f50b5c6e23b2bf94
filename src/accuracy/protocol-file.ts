import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Code, invalidArgument, PredictorError } from '../errors';

/** Names of protocols, samplers and datasets are parts of paths. */
const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'expected small letters, digits and "-"');
const text = z.string().min(1);
const share = z.number().min(0).lt(1);
const seeds = z.array(z.int().min(0)).min(1);

const sampler = z.strictObject({
  name,
  /** How tasks are chosen, as `cdmpp sample --sampler` names it. */
  tasks: text,
  /** How programs within them are chosen; `seeded`: each by itself, with the record share. */
  programs: text,
  /** What a sampler sees of a program: its features, or what the trained model makes of them. */
  view: z.enum(['features', 'model']),
});

/** Parts of training settings that take the place of the defaults. */
const settings = z.strictObject({
  train: z.record(z.string(), z.unknown()).default({}),
  finetune: z.record(z.string(), z.unknown()).default({}),
});

const common = { name, dataset: name, seeds, settings: settings.exactOptional() };

/** CDMPP's own protocol: programs of the same tasks on both sides. */
const bySample = z.strictObject({
  ...common,
  kind: z.literal('by-sample'),
  testShare: share,
  /** Of what is left to train on. */
  validationShare: share,
});

/** Splits of `cdmpp splits make`: unseen tasks, networks, families or devices. */
const bySplit = z.strictObject({
  ...common,
  kind: z.literal('by-split'),
  split: z.enum(['by-task', 'by-network', 'by-family', 'by-device']),
});

/** Trained on the other devices, then on a share of one device's records, judged on its others. */
const deviceRecords = z.strictObject({
  ...common,
  kind: z.literal('device-records'),
  /** A name, or `each`: one fold a device. */
  device: text,
  adaptationShare: share,
  /** Of the programs of the other devices. */
  validationShare: share,
  /** Of the programs that are adapted to. */
  adaptationValidationShare: share,
});

/** Trained on the other devices, then on few programs of few tasks of one device. */
const fewShot = z.strictObject({
  ...common,
  kind: z.literal('few-shot'),
  split: z.enum(['device-transfer', 'few-shot-device']),
  device: text,
  /** Seeds of the models that are adapted; the i-th seed above takes the i-th of them, in turns. */
  sourceSeeds: seeds,
  /** Of the device's kernels; 1: all that may be adapted to. */
  taskShare: z.number().gt(0).max(1),
  /** Of the programs of each chosen task. */
  recordShare: z.number().gt(0).max(1),
  /** The first is the one that figures are of, the others are compared with it. */
  samplers: z.array(sampler).min(1),
  /** Of the programs of the other devices; 0: the validation side of the split, by kernels. */
  validationShare: share,
  adaptationValidationShare: share,
});

const protocolSchema = z.discriminatedUnion('kind', [bySample, bySplit, deviceRecords, fewShot]);

export const metrics = Object.freeze([
  'mape',
  'median-ape',
  'pairwise',
  'pairwise-all',
  'spearman',
  'peak1',
  'peak5',
] as const);
export type Metric = (typeof metrics)[number];

const figureSchema = z.strictObject({
  /** In `results/accuracy.json`. */
  key: z.string().regex(/^[a-z0-9_]+$/),
  protocol: name,
  metric: z.enum(metrics),
  /** `source`: before anything was learned of the device. */
  stage: z.enum(['source', 'final']).default('final'),
  /** `absent-elsewhere`: only tasks of kernels that were measured on no other device. */
  subset: z.enum(['all', 'absent-elsewhere']).default('all'),
});

const fileSchema = z.strictObject({
  /** Tasks with fewer judged programs are in no rank figure. */
  leastRecordsForRank: z.int().min(2),
  /** Of splits and shares. */
  splitSeed: z.int().min(0),
  /** Of all protocols; their own come on top. */
  settings: settings.exactOptional(),
  /** Which comparison of samplers is told as `sampler_gain`. */
  samplerGain: z.strictObject({ protocol: name, other: name }).exactOptional(),
  protocols: z.array(protocolSchema).min(1),
  figures: z.array(figureSchema),
});

export type Protocol = z.infer<typeof protocolSchema>;
export type FewShotProtocol = z.infer<typeof fewShot>;
export type SettingsParts = z.infer<typeof settings>;
export type Sampler = z.infer<typeof sampler>;
export type FigureSpec = z.infer<typeof figureSchema>;
/** What is judged, as data: `benchmarks/accuracy_protocols.json`. */
export type ProtocolFile = z.infer<typeof fileSchema>;

/** NOT_FOUND where there is no file; INVALID_ARGUMENT names what in it is wrong. */
export async function loadProtocolFile(path: string): Promise<ProtocolFile> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (thrown) {
    const message = `protocol file "${path}" cannot be read: ${(thrown as Error).message}`;
    throw new PredictorError(Code.NotFound, message, { cause: thrown });
  }
  return parseProtocolFile(path, content);
}

export function parseProtocolFile(path: string, content: string): ProtocolFile {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (thrown) {
    throw invalidArgument(`protocol file "${path}": not JSON: ${(thrown as Error).message}`);
  }
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0] as z.core.$ZodIssue;
    throw invalidArgument(`protocol file "${path}": ${issue.path.join('.')}: ${issue.message}`);
  }
  const { protocols, figures } = parsed.data;
  const names = protocols.map((protocol) => protocol.name);
  const twice = names.find((one, index) => names.indexOf(one) !== index);
  if (twice !== undefined) {
    throw invalidArgument(`protocol file "${path}": protocol "${twice}" stands in it twice`);
  }
  const stray = figures.find((figure) => !names.includes(figure.protocol));
  if (stray !== undefined) {
    throw invalidArgument(
      `protocol file "${path}": figure ${stray.key}: there is no protocol "${stray.protocol}"`,
    );
  }
  return parsed.data;
}
