import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Code, invalidArgument, PredictorError } from '../errors';

const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'expected small letters, digits and "-"');

/** What is taken from the programs before anything learns from them. */
const changes = z.strictObject({
  /** True: only programs of the commonest number of leaves are learned from; all are judged. */
  onlyCommonestLeafCount: z.literal(true).exactOptional(),
  /** Leaves behind so many are cut off. */
  mostLeaves: z.int().positive().exactOptional(),
  /** `serialised`: as CDMPP's code counts, twice the serial number less the depth. */
  positions: z.enum(['none', 'no-depth', 'serialised']).exactOptional(),
  /** True: no device card, and no device has a vector of its own. */
  hidesDevice: z.literal(true).exactOptional(),
});

const variant = z.strictObject({
  name,
  /** Which choice it is about. */
  choice: z.string().min(1),
  /** What is done otherwise. */
  change: z.string().min(1),
  settings: z.record(z.string(), z.unknown()).default({}),
  programs: changes.default({}),
  /** `lowered`: TVM's own, of the lowered program. */
  features: z.enum(['loop-nest', 'lowered']).default('loop-nest'),
});

const schema = z.strictObject({
  protocol: name,
  fold: z.string().min(1),
  seeds: z.array(z.int().min(0)).min(1),
  /** Of all variants, the base too: shorter than a training that is shipped. */
  settings: z.record(z.string(), z.unknown()).default({}),
  /** The first is the base that the others are compared with. */
  variants: z.array(variant).min(1),
});

export type ProgramChanges = z.infer<typeof changes>;
export type Variant = z.infer<typeof variant>;
export type AblationFile = z.infer<typeof schema>;

/** NOT_FOUND where there is no file; INVALID_ARGUMENT names what in it is wrong. */
export async function loadAblationFile(path: string): Promise<AblationFile> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (thrown) {
    const message = `variants "${path}" cannot be read: ${(thrown as Error).message}`;
    throw new PredictorError(Code.NotFound, message, { cause: thrown });
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0] as z.core.$ZodIssue;
    throw invalidArgument(`variants "${path}": ${issue.path.join('.')}: ${issue.message}`);
  }
  const names = parsed.data.variants.map((one) => one.name);
  const twice = names.find((one, index) => names.indexOf(one) !== index);
  if (twice !== undefined) throw invalidArgument(`variants "${path}": "${twice}" is there twice`);
  return parsed.data;
}
