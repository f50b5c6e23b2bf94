import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Code, invalidArgument, PredictorError } from '../errors';
import { operatorFamilies } from '../program';
import { assertDisjoint, assertKernelsApart } from './assert-disjoint';
import type { Computation } from './computations';
import { type MadeSplits, type SplitKind, splitKinds } from './make-splits';

/** What a file of splits says it is; another number: a format that this reader does not know. */
export const SPLIT_FORMAT = 'cdmpp-splits/1';

/** A task that no split can place, because what it computes is not known. */
export interface UnplacedTask {
  readonly id: string;
  readonly workloadKey: string;
  readonly device: string;
  readonly reason: string;
}

/** One file: all splits of a kind, and what the hashes in them mean. */
export interface SplitFile extends MadeSplits {
  readonly kind: SplitKind;
  readonly seed: number;
  readonly description: string;
  readonly computations: readonly Computation[];
  readonly unplacedTasks: readonly UnplacedTask[];
}

const text = z.string().min(1);
const hashes = z.array(z.string().regex(/^[0-9a-f]{32}$/, 'expected 32 hex digits'));
const block = z.strictObject({
  devices: z.union([z.literal('all'), z.array(text).min(1)]),
  computations: hashes,
});
const split = z.strictObject({
  name: text,
  train: block,
  validation: block,
  test: block,
  adaptation: block.extend({ recordShare: z.number().gt(0).max(1), seed: z.int() }).exactOptional(),
  sharesComputations: z.literal(true).exactOptional(),
  leftOut: z.array(block.extend({ reason: text })),
});
const schema = z.strictObject({
  format: z.literal(SPLIT_FORMAT),
  kind: z.enum(splitKinds),
  seed: z.int(),
  description: text,
  splits: z.array(split),
  skipped: z.array(z.strictObject({ name: text, reason: text })),
  computations: z.array(
    z.strictObject({
      hash: z.string(),
      kernel: z.string(),
      family: z.enum(operatorFamilies),
      description: text,
      workloadKeys: z.array(text).min(1),
      networks: z.array(text),
      devices: z.array(text).min(1),
    }),
  ),
  unplacedTasks: z.array(
    z.strictObject({ id: text, workloadKey: text, device: text, reason: text }),
  ),
});

/** The same splits are the same bytes: nothing in it tells when it was written. */
export function formatSplitFile(file: SplitFile): string {
  const { kind, seed, description, splits, skipped, computations, unplacedTasks } = file;
  const content = {
    format: SPLIT_FORMAT,
    kind,
    seed,
    description,
    splits,
    skipped,
    computations,
    unplacedTasks,
  };
  return `${JSON.stringify(content, null, 1)}\n`;
}

/**
 * Reads a file of splits and holds it to its promise: no computation on two sides. NOT_FOUND
 * where there is none, DATA_LOSS where it is not what `formatSplitFile` writes.
 */
export async function loadSplit(path: string): Promise<SplitFile> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (thrown) {
    const message = `split file "${path}" cannot be read: ${(thrown as Error).message}`;
    throw new PredictorError(Code.NotFound, message, { cause: thrown });
  }
  return parseSplitFile(path, content);
}

export function parseSplitFile(path: string, content: string): SplitFile {
  const parsed = schema.safeParse(parseJson(path, content));
  if (!parsed.success) {
    const issue = parsed.error.issues[0] as z.core.$ZodIssue;
    throw damaged(path, `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  }
  const { format: _, ...file } = parsed.data;
  try {
    assertSound(file);
  } catch (thrown) {
    throw damaged(path, PredictorError.from(thrown).rawMessage, thrown);
  }
  return file;
}

/**
 * INVALID_ARGUMENT where a split does not keep what all splits promise: no computation and no
 * kernel on two sides, and none that the file does not know.
 */
export function assertSound({ splits, computations }: SplitFile): void {
  const known = new Set(computations.map((computation) => computation.hash));
  for (const one of splits) {
    const blocks = [one.train, one.validation, one.test, ...one.leftOut];
    const stranger = blocks.flatMap((b) => b.computations).find((hash) => !known.has(hash));
    if (stranger !== undefined) {
      throw invalidArgument(`split "${one.name}": ${stranger} is not among the computations`);
    }
    assertDisjoint(one);
    assertKernelsApart(one, computations);
  }
}

function parseJson(path: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (thrown) {
    throw damaged(path, `not JSON: ${(thrown as Error).message}`, thrown);
  }
}

function damaged(path: string, what: string, cause?: unknown): PredictorError {
  const message = `split file "${path}": ${what}; make it again with "cdmpp splits make"`;
  return new PredictorError(Code.DataLoss, message, { cause });
}
