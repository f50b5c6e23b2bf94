import { resolve } from 'node:path';
import { z } from 'zod';
import { DATA_OPTION_SPECS, type DataOptions, dataOptionsOf, dataShape } from './data-options';
import {
  type Environment,
  type GivenOptions,
  gatherOptions,
  integerOption,
  type OptionSpec,
  parseOptions,
  textOption,
} from './option-spec';
import {
  SPLIT_CHOICE_SPECS,
  type SplitChoice,
  splitChoiceOf,
  splitChoiceShape,
} from './split-choice-options';

/** Everything that `cdmpp evaluate` can be told, validated. */
export interface EvaluateOptions {
  readonly data: DataOptions;
  /** Absolute; the folder of a model. */
  readonly model: string;
  readonly choice: SplitChoice;
  /** Only records of this device; undefined: of all. */
  readonly deviceName: string | undefined;
  /** Absolute; where the report goes. */
  readonly out: string;
  /** Of the intervals. */
  readonly seed: number;
  /** Programs that a task needs to be in rank figures. */
  readonly leastRecordsForRank: number;
}

/** As the metrics have it. */
const LEAST_RECORDS_FOR_RANK = 48;

export const EVALUATE_OPTION_SPECS: readonly OptionSpec[] = Object.freeze([
  { name: 'model', flag: '--model <folder>', description: 'folder of the model; required' },
  ...SPLIT_CHOICE_SPECS,
  { name: 'device', flag: '--device <name>', description: 'only records of this device' },
  {
    name: 'out',
    flag: '--out <folder>',
    description: 'where report.md, evaluation.json and the charts go; required',
  },
  {
    name: 'seed',
    flag: '--seed <number>',
    description: 'of the intervals: an integer from 0 to 2147483647; default 1',
  },
  {
    name: 'leastRecords',
    flag: '--least-records <count>',
    description: `programs that a task needs to be in rank figures, 2 to 1000000; default ${LEAST_RECORDS_FOR_RANK}`,
  },
  ...DATA_OPTION_SPECS,
]);

const required = () =>
  z.string({ error: 'it is required' }).min(1, { error: 'it must not be empty' });

const schema = z.strictObject({
  model: required(),
  ...splitChoiceShape,
  device: textOption().optional(),
  out: required(),
  seed: integerOption(0, 2 ** 31 - 1, 1),
  leastRecords: integerOption(2, 1_000_000, LEAST_RECORDS_FOR_RANK),
  ...dataShape,
});

export function loadEvaluateOptions(
  flags: GivenOptions,
  environment: Environment,
): EvaluateOptions {
  const given = gatherOptions(EVALUATE_OPTION_SPECS, flags, environment);
  const parsed = parseOptions(schema, EVALUATE_OPTION_SPECS, given);
  return Object.freeze({
    data: dataOptionsOf(parsed, flags, environment),
    model: resolve(parsed.model),
    choice: splitChoiceOf(parsed),
    deviceName: parsed.device,
    out: resolve(parsed.out),
    seed: parsed.seed,
    leastRecordsForRank: parsed.leastRecords,
  });
}
