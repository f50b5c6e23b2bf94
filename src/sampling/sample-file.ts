import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Code, PredictorError } from '../errors';
import { operatorFamilies } from '../program';
import { programSamplers } from './choose-programs';
import { taskSamplers } from './select-tasks';

/** What a file of a choice says it is; another number: a format that this reader does not know. */
export const SAMPLE_FORMAT = 'cdmpp-sample/1';

const text = z.string().min(1);
const hash = (digits: number) =>
  z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`), `expected ${digits} hex digits`);

const program = z.strictObject({
  /** `programHash` of the program. */
  hash: hash(64),
  /** JSON array of TVM's transform steps; empty: see `loopNest`. */
  transformSteps: z.string(),
  /** As TVM prints it; only of programs without steps. */
  loopNest: z.string().exactOptional(),
});

const task = z.strictObject({
  /** `computationHash` of the task: the same on all devices. */
  computation: hash(32),
  family: z.enum(operatorFamilies),
  description: text,
  networks: z.array(text),
  /** Tasks of the store that compute it, by id. */
  taskIds: z.array(hash(32)).min(1),
  workloadKeys: z.array(text).min(1),
  /** Why it was chosen. */
  reason: text,
  programs: z.array(program).min(1),
});

const schema = z.strictObject({
  format: z.literal(SAMPLE_FORMAT),
  /** Device that shall be measured; null: none in particular. */
  device: text.nullable(),
  taskSampler: z.enum(taskSamplers),
  programSampler: z.enum(programSamplers),
  seed: z.int(),
  /** Tasks and programs there were to choose from. */
  candidates: z.strictObject({ tasks: z.int().min(1), programs: z.int().min(1) }),
  /** In the order of choice. */
  tasks: z.array(task).min(1),
});

export type SampledProgram = z.output<typeof program>;
export type SampledTask = z.output<typeof task>;

/** What to measure on a device: made by `cdmpp sample`, read by whoever measures or learns from it. */
export type SampleFile = Omit<z.output<typeof schema>, 'format'>;

/** The same choice is the same bytes: nothing in it tells when it was written. */
export function formatSampleFile(file: SampleFile): string {
  const { device, taskSampler, programSampler, seed, candidates, tasks } = file;
  const content = { format: SAMPLE_FORMAT, device, taskSampler, programSampler, seed, candidates };
  return `${JSON.stringify({ ...content, tasks }, null, 1)}\n`;
}

/** NOT_FOUND where there is none, DATA_LOSS where it is not what `formatSampleFile` writes. */
export async function loadSampleFile(path: string): Promise<SampleFile> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (thrown) {
    const message = `sample file "${path}" cannot be read: ${(thrown as Error).message}`;
    throw new PredictorError(Code.NotFound, message, { cause: thrown });
  }
  return parseSampleFile(path, content);
}

export function parseSampleFile(path: string, content: string): SampleFile {
  const parsed = schema.safeParse(parseJson(path, content));
  if (!parsed.success) {
    const issue = parsed.error.issues[0] as z.core.$ZodIssue;
    throw damaged(path, `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  }
  const { format: _, ...file } = parsed.data;
  return file;
}

/** Whether a program was chosen; for who has thousands to ask about. */
export interface SampledPrograms {
  has(computation: string, programHash: string): boolean;
  /** Computations with a chosen program. */
  readonly computations: ReadonlySet<string>;
  readonly taskIds: ReadonlySet<string>;
}

export function sampledPrograms({ tasks }: Pick<SampleFile, 'tasks'>): SampledPrograms {
  const hashes = new Map<string, Set<string>>();
  for (const { computation, programs } of tasks) {
    const known = hashes.get(computation) ?? new Set();
    for (const one of programs) known.add(one.hash);
    hashes.set(computation, known);
  }
  return {
    has: (computation, programHash) => hashes.get(computation)?.has(programHash) ?? false,
    computations: new Set(hashes.keys()),
    taskIds: new Set(tasks.flatMap(({ taskIds }) => taskIds)),
  };
}

function parseJson(path: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (thrown) {
    throw damaged(path, `not JSON: ${(thrown as Error).message}`, thrown);
  }
}

function damaged(path: string, what: string, cause?: unknown): PredictorError {
  const message = `sample file "${path}": ${what}; make it again with "cdmpp sample"`;
  return new PredictorError(Code.DataLoss, message, { cause });
}
