/** What `cdmpp train` and `cdmpp finetune` can be told. */
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
  switchOption,
  textOption,
} from './option-spec';
import {
  SPLIT_CHOICE_SPECS,
  type SplitChoice,
  splitChoiceOf,
  splitChoiceShape,
} from './split-choice-options';

/** Of both commands, validated. */
export interface LearningOptions {
  readonly data: DataOptions;
  readonly choice: SplitChoice;
  /** Only records of this device; undefined: of all. */
  readonly deviceName: string | undefined;
  /** Absolute: a file with every training setting; undefined: the command's own. */
  readonly settingsFile: string | undefined;
  /** Absolute: the folder of the model. */
  readonly out: string;
  readonly seed: number;
  readonly resume: boolean;
}

export interface TrainOptions extends LearningOptions {
  /** In the registry. */
  readonly predictor: 'cdmpp' | 'cdmpp-lowered';
  /** Absolute: folder of a model to begin from; undefined: from nothing. */
  readonly start: string | undefined;
}

export interface FinetuneOptions extends LearningOptions {
  /** Absolute: folder of the model that is taken on. */
  readonly model: string;
  /** Absolute: a file of `cdmpp sample`. */
  readonly targetPrograms: string | undefined;
}

const LEARNING_SPECS: readonly OptionSpec[] = [
  ...SPLIT_CHOICE_SPECS,
  { name: 'device', flag: '--device <name>', description: 'only records of this device' },
  {
    name: 'settings',
    flag: '--settings <file>',
    description:
      'every training setting, as settings.json beside a trained model has them; default: those of this release',
  },
  {
    name: 'out',
    flag: '--out <folder>',
    description:
      'where the model goes, a new folder; until it is there, FOLDER.checkpoint is what --resume goes on from; required',
  },
  {
    name: 'seed',
    flag: '--seed <number>',
    description: 'of the training: an integer from 0 to 2147483647; default 1',
  },
  {
    name: 'resume',
    flag: '--resume',
    description: 'go on from the checkpoint of a training that was stopped, with the same options',
  },
  ...DATA_OPTION_SPECS,
];

export const TRAIN_OPTION_SPECS: readonly OptionSpec[] = Object.freeze([
  {
    name: 'predictor',
    flag: '--predictor <name>',
    description: 'cdmpp or, over features of lowered programs, cdmpp-lowered; default cdmpp',
  },
  {
    name: 'start',
    flag: '--start <model>',
    description: 'folder of a model to begin from; default: from nothing',
  },
  ...LEARNING_SPECS,
]);

export const FINETUNE_OPTION_SPECS: readonly OptionSpec[] = Object.freeze([
  {
    name: 'model',
    flag: '--model <folder>',
    description: 'folder of the model to train on; required',
  },
  {
    name: 'targetPrograms',
    flag: '--target-programs <file>',
    description: 'learn from the programs of this file alone, which "cdmpp sample" wrote',
  },
  ...LEARNING_SPECS,
]);

const required = () =>
  z.string({ error: 'it is required' }).min(1, { error: 'it must not be empty' });

const learningShape = {
  ...splitChoiceShape,
  device: textOption().optional(),
  settings: textOption().optional(),
  out: required(),
  seed: integerOption(0, 2 ** 31 - 1, 1),
  resume: switchOption(),
  ...dataShape,
};

const trainSchema = z.strictObject({
  predictor: z
    .enum(['cdmpp', 'cdmpp-lowered'], { error: 'it must be cdmpp or cdmpp-lowered' })
    .default('cdmpp'),
  start: textOption().optional(),
  ...learningShape,
});

const finetuneSchema = z.strictObject({
  model: required(),
  targetPrograms: textOption().optional(),
  ...learningShape,
});

export function loadTrainOptions(flags: GivenOptions, environment: Environment): TrainOptions {
  const given = gatherOptions(TRAIN_OPTION_SPECS, flags, environment);
  const parsed = parseOptions(trainSchema, TRAIN_OPTION_SPECS, given);
  return Object.freeze({
    ...learningOptionsOf(parsed, flags, environment),
    predictor: parsed.predictor,
    start: absolute(parsed.start),
  });
}

export function loadFinetuneOptions(
  flags: GivenOptions,
  environment: Environment,
): FinetuneOptions {
  const given = gatherOptions(FINETUNE_OPTION_SPECS, flags, environment);
  const parsed = parseOptions(finetuneSchema, FINETUNE_OPTION_SPECS, given);
  return Object.freeze({
    ...learningOptionsOf(parsed, flags, environment),
    model: resolve(parsed.model),
    targetPrograms: absolute(parsed.targetPrograms),
  });
}

type ParsedLearning = z.output<z.ZodObject<typeof learningShape>>;

function learningOptionsOf(
  parsed: ParsedLearning,
  flags: GivenOptions,
  environment: Environment,
): LearningOptions {
  return {
    data: dataOptionsOf(parsed, flags, environment),
    choice: splitChoiceOf(parsed),
    deviceName: parsed.device,
    settingsFile: absolute(parsed.settings),
    out: resolve(parsed.out),
    seed: parsed.seed,
    resume: parsed.resume,
  };
}

function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}
