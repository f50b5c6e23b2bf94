/**
 * Who is on which side, as a file that both rivals read: gzip JSON lines, first a head, then one
 * line a program. What else is known of a program stands once, in the dataset's `programs` file.
 */
import { z } from 'zod';
import { Code, PredictorError } from '../errors';
import { readGzipLines, writeGzipLines } from './gzip-lines';
import type { ProgramSide } from './sides';

export const MANIFEST_FORMAT = 'cdmpp-manifest/1';

export interface ManifestHead {
  readonly protocol: string;
  readonly fold: string;
  /** What says how the sides came about: protocol, split seed, what was chosen. */
  readonly about: Readonly<Record<string, unknown>>;
}

export interface ManifestLine {
  /** Of the program's first record: names it in the dataset. */
  readonly sequence: number;
  readonly taskId: string;
  readonly device: string;
  /** Geometric mean over the program's records. */
  readonly latencySeconds: number;
  readonly side: ProgramSide;
  /** Whether its kernel was measured on another device too. */
  readonly isElsewhere: boolean;
}

export interface Manifest {
  readonly head: ManifestHead;
  readonly lines: readonly ManifestLine[];
}

const headSchema = z.object({
  format: z.literal(MANIFEST_FORMAT),
  protocol: z.string(),
  fold: z.string(),
  about: z.record(z.string(), z.unknown()),
});
const lineSchema = z.object({
  sequence: z.int().positive(),
  taskId: z.string(),
  device: z.string(),
  latencySeconds: z.number().positive(),
  side: z.enum(['train', 'validation', 'adaptation', 'adaptation-validation', 'candidate', 'test']),
  isElsewhere: z.boolean(),
});

export async function writeManifest(path: string, { head, lines }: Manifest): Promise<void> {
  await writeGzipLines(path, [{ format: MANIFEST_FORMAT, ...head }, ...lines]);
}

/** NOT_FOUND, or DATA_LOSS where a line is not what `writeManifest` writes. */
export async function readManifest(path: string): Promise<Manifest> {
  const [first, ...rest] = await readGzipLines(path);
  const { format: _, ...head } = parse(path, 1, headSchema, first);
  return { head, lines: rest.map((line, index) => parse(path, index + 2, lineSchema, line)) };
}

function parse<Schema extends z.ZodType>(
  path: string,
  number: number,
  schema: Schema,
  value: unknown,
): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0] as z.core.$ZodIssue;
  const what = `${issue.path.join('.') || 'it'}: ${issue.message}`;
  const message = `manifest "${path}" line ${number}: ${what}; remove it and run again`;
  throw new PredictorError(Code.DataLoss, message);
}
