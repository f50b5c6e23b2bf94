import { resolve } from 'node:path';
import { z } from 'zod';
import { invalidArgument } from '../errors';
import { DATA_OPTION_SPECS, type DataOptions, dataOptionsOf, dataShape } from './data-options';
import {
  type Environment,
  type GivenOptions,
  gatherOptions,
  integerOption,
  type OptionSpec,
  parseOptions,
  switchOption,
  textOption,
} from './option-spec';

/** Everything that `cdmpp sample` can be told, validated. */
export interface SampleOptions {
  readonly data: DataOptions;
  /** Device to be measured. */
  readonly deviceName: string | undefined;
  readonly budget: { readonly tasks: number } | { readonly shareOfTasks: number };
  readonly shareOfPrograms: number;
  readonly taskSampler: z.output<typeof taskSampler>;
  readonly programSampler: z.output<typeof programSampler>;
  /** Folder of a trained model; absolute. */
  readonly model: string | undefined;
  readonly seed: number;
  /** File to be written; absolute. */
  readonly out: string | undefined;
  /** No table. */
  readonly json: boolean;
}

const MOST = 1_000_000_000;

const taskSampler = z
  .enum(['random', 'kmeans', 'herding', 'facility', 'variance'], {
    error: 'it must be random, kmeans, herding, facility or variance',
  })
  .default('variance');
const programSampler = z
  .enum(['random', 'latency', 'medoids', 'herding'], {
    error: 'it must be random, latency, medoids or herding',
  })
  .default('latency');

export const SAMPLE_OPTION_SPECS: readonly OptionSpec[] = Object.freeze([
  {
    name: 'device',
    flag: '--device <name>',
    description:
      'device to be measured: its tasks are chosen from where there are records of it, else those of all devices; its latencies are never looked at',
  },
  {
    name: 'budget',
    flag: '--budget <count>',
    description: 'tasks to choose: an integer from 1; all where there are fewer',
  },
  {
    name: 'shareOfTasks',
    flag: '--share-of-tasks <share>',
    description: 'in place of --budget: which part of the tasks, above 0, at most 1',
  },
  {
    name: 'shareOfPrograms',
    flag: '--share-of-programs <share>',
    description:
      'which part of the programs of a chosen task, above 0, at most 1; at least one program; default 0.1',
  },
  {
    name: 'sampler',
    flag: '--sampler <kind>',
    description:
      'how tasks are chosen: random, kmeans (as CDMPP does), herding, facility or variance; default variance',
  },
  {
    name: 'programSampler',
    flag: '--program-sampler <kind>',
    description:
      'how programs of a task are chosen: random, latency (spread over the predicted ones), medoids or herding; default latency',
  },
  {
    name: 'model',
    flag: '--model <folder>',
    description:
      "trained model whose embedding, latencies and uncertainty are used; default: the programs' features",
  },
  {
    name: 'seed',
    flag: '--seed <number>',
    description: 'an integer from 0 to 2147483647; default 1',
  },
  {
    name: 'out',
    flag: '--out <file>',
    description: 'write tasks and programs there, for who measures them and for finetune',
  },
  { name: 'json', flag: '--json', description: 'print JSON only, for programs' },
  ...DATA_OPTION_SPECS,
]);

function shareOption() {
  const error = 'it must be a number above 0 and at most 1, such as 0.1';
  return z
    .string()
    .regex(/^\d?(\.\d{1,12})?$/, { error })
    .transform(Number)
    .refine((share) => share > 0 && share <= 1, { error });
}

const schema = z.strictObject({
  device: textOption().optional(),
  budget: integerOption(1, MOST, 1).unwrap().optional(),
  shareOfTasks: shareOption().optional(),
  shareOfPrograms: shareOption().default(0.1),
  sampler: taskSampler,
  programSampler,
  model: textOption().optional(),
  seed: integerOption(0, 2 ** 31 - 1, 1),
  out: textOption().optional(),
  json: switchOption(),
  ...dataShape,
});

export function loadSampleOptions(flags: GivenOptions, environment: Environment): SampleOptions {
  const given = gatherOptions(SAMPLE_OPTION_SPECS, flags, environment);
  const parsed = parseOptions(schema, SAMPLE_OPTION_SPECS, given);
  const { model, out } = parsed;
  return Object.freeze({
    data: dataOptionsOf(parsed, flags, environment),
    deviceName: parsed.device,
    budget: budgetOf(parsed.budget, parsed.shareOfTasks),
    shareOfPrograms: parsed.shareOfPrograms,
    taskSampler: parsed.sampler,
    programSampler: parsed.programSampler,
    model: model === undefined ? undefined : resolve(model),
    seed: parsed.seed,
    out: out === undefined ? undefined : resolve(out),
    json: parsed.json,
  });
}

function budgetOf(
  tasks: number | undefined,
  shareOfTasks: number | undefined,
): SampleOptions['budget'] {
  if (tasks !== undefined && shareOfTasks !== undefined) {
    throw invalidArgument('--budget and --share-of-tasks are both given; one says how many tasks');
  }
  if (tasks !== undefined) return { tasks };
  if (shareOfTasks !== undefined) return { shareOfTasks };
  throw invalidArgument(
    '--budget is not given; say how many tasks to choose, or give --share-of-tasks',
  );
}
