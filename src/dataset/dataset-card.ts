import { z } from 'zod';
import { invalidArgument } from '../errors';
import { datasetError } from './dataset-error';

/** What a card says it is; another number: a format that this reader does not know. */
export const DATASET_FORMAT = 'cdmpp-dataset/1';
export const CARD_FILE = 'card.json';

const text = z.string();
const count = z.int().min(0);
const percent = z.number().min(0).nullable();

/** Said by whoever makes the dataset; measurements do not tell it. */
const about = {
  title: text.min(1),
  /** How it was measured, in sentences. */
  how: text.min(1),
  /** The machine, in words. */
  machine: text,
  /** Of what made the programs and what measured them, by name. */
  versions: z.record(text, text),
};

const counts = {
  records: count,
  validRecords: count,
  /** Programs of a task on a device, each counted once. */
  programs: count,
  /** Further measurements of programs measured before. */
  repetitions: count,
};

const schema = z.strictObject({
  format: z.literal(DATASET_FORMAT),
  ...about,
  /** The first and the last measurement, and the export; ISO 8601. */
  measuredFrom: text,
  measuredUntil: text,
  exportedAt: text,
  /** `tasks`: on devices; `computations`: without regard to devices; `schedules`: rows of programs. */
  total: z.strictObject({ tasks: count, computations: count, schedules: count, ...counts }),
  devices: z.array(
    z.strictObject({
      name: text,
      tasks: count,
      ...counts,
      noiseFloor: z.strictObject({ pairs: count, medianPercent: percent, meanPercent: percent }),
    }),
  ),
  networks: z.array(z.strictObject({ name: text, computations: count, tasks: count, ...counts })),
  computations: z.array(
    z.strictObject({
      /** Empty for what is known by a log alone. */
      hash: text,
      family: text,
      description: text,
      networks: z.array(text),
      validRecords: z.record(text, count),
    }),
  ),
  files: z.array(
    z.strictObject({
      name: z.string().regex(/^(tasks|programs|measurements)-\d{4,}\.parquet$/),
      rows: count,
      bytes: count,
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});

/** What a dataset is, in numbers: `card.json`. */
export type DatasetCard = z.output<typeof schema>;

export type DatasetAbout = Pick<DatasetCard, keyof typeof about>;

/** What the files alone tell; the rest is said by whoever makes the dataset. */
export type DatasetSummary = Pick<
  DatasetCard,
  'measuredFrom' | 'measuredUntil' | 'total' | 'devices' | 'networks' | 'computations'
>;

export type DatasetFile = DatasetCard['files'][number];

/** DATA_LOSS with the field where the text is not a card. */
export function parseCard(path: string, content: string): DatasetCard {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (thrown) {
    throw datasetError(path, `not JSON: ${(thrown as Error).message}`, thrown);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0] as z.core.$ZodIssue;
  throw datasetError(path, `${issue.path.join('.') || 'the card'}: ${issue.message}`);
}

/** INVALID_ARGUMENT with the field where what is said of a dataset is not that, or says too much. */
export function parseAbout(said: unknown): DatasetAbout {
  const parsed = z.strictObject(about).safeParse(said);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0] as z.core.$ZodIssue;
  throw invalidArgument(`about the dataset: ${issue.path.join('.') || 'fields'}: ${issue.message}`);
}

export function formatCard(card: DatasetCard): string {
  return `${JSON.stringify(card, null, 2)}\n`;
}
