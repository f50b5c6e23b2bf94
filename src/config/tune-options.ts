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
import { defaultPython } from './python-interpreter';
import {
  SPLIT_CHOICE_SPECS,
  type SplitChoice,
  splitChoiceOf,
  splitChoiceShape,
} from './split-choice-options';

/** Everything that `cdmpp tune-hyperparameters` can be told, validated. Paths are absolute. */
export interface TuneOptions {
  readonly data: DataOptions;
  readonly choice: SplitChoice;
  /** Finished trials in the study at the end. */
  readonly trials: number;
  /** SQLite. */
  readonly study: string;
  readonly seed: number;
  /** What the search begins from; undefined: the settings of `cdmpp train`. */
  readonly settings: string | undefined;
  /** Where the best settings go. */
  readonly out: string;
  /** The interpreter that has the shim and optuna. */
  readonly python: string;
}

export const TUNE_OPTION_SPECS: readonly OptionSpec[] = Object.freeze([
  ...DATA_OPTION_SPECS,
  ...SPLIT_CHOICE_SPECS,
  {
    name: 'trials',
    flag: '--trials <number>',
    description:
      'trainings in the study at the end, those of earlier runs included: from 1 to 100000; default 50',
  },
  {
    name: 'study',
    flag: '--study <file>',
    description:
      'where the study is kept (SQLite): the same command goes on where it stopped; required',
  },
  {
    name: 'seed',
    flag: '--seed <number>',
    description: 'of the search and of every training: an integer from 0 to 2147483647; default 1',
  },
  {
    name: 'settings',
    flag: '--settings <file>',
    description:
      'settings to begin from, whose other values stay as they are; default those of train',
  },
  {
    name: 'out',
    flag: '--out <file>',
    description: 'where the best settings go, for train --settings; default STUDY.settings.json',
  },
  {
    name: 'python',
    flag: '--python <interpreter>',
    environment: 'CDMPP_TVM_PYTHON',
    description:
      "the Python that has cdmpp_tvm and optuna; default the checkout's .venv/bin/python, else python3",
  },
]);

const schema = z.strictObject({
  ...dataShape,
  ...splitChoiceShape,
  trials: integerOption(1, 100_000, 50),
  study: z.string({ error: 'it is required' }).min(1, { error: 'it must not be empty' }),
  seed: integerOption(0, 2 ** 31 - 1, 1),
  settings: textOption().optional(),
  out: textOption().optional(),
  python: textOption().optional(),
});

export function loadTuneOptions(flags: GivenOptions, environment: Environment): TuneOptions {
  const given = gatherOptions(TUNE_OPTION_SPECS, flags, environment);
  const parsed = parseOptions(schema, TUNE_OPTION_SPECS, given);
  const study = resolve(parsed.study);
  return Object.freeze({
    data: dataOptionsOf(parsed, flags, environment),
    choice: splitChoiceOf(parsed),
    trials: parsed.trials,
    study,
    seed: parsed.seed,
    settings: parsed.settings === undefined ? undefined : resolve(parsed.settings),
    out: resolve(parsed.out ?? `${study}.settings.json`),
    python: parsed.python ?? defaultPython(),
  });
}
