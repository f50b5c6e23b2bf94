import { resolve } from 'node:path';
import { z } from 'zod';
import { invalidArgument } from '../errors';
import {
  type Environment,
  type GivenOptions,
  gatherOptions,
  integerOption,
  listOption,
  type OptionSpec,
  parseOptions,
  switchOption,
  textOption,
} from './option-spec';
import { defaultDataDir } from './process';
import {
  type RecordFilterOptions,
  recordFilterOf,
  recordFilterShape,
} from './record-filter-options';
import {
  RECORDS_EXPORT_SPECS,
  RECORDS_IMPORT_SPECS,
  RECORDS_LIST_SPECS,
  RECORDS_PRUNE_SPECS,
  RECORDS_STATS_SPECS,
} from './records-specs';
import { loadStoreLocation, type StoreLocation } from './store-options';

/** What all commands of `cdmpp records` are told. */
export interface RecordsOptions {
  readonly store: StoreLocation;
  /** Answers are JSON lines for programs, not tables. */
  readonly json: boolean;
}

export interface RecordsImportOptions extends RecordsOptions {
  readonly deviceName: string | undefined;
  readonly deviceFromFolder: boolean;
  readonly taskBundles: readonly string[];
  readonly again: boolean;
}

export interface RecordsExportOptions extends RecordsOptions {
  readonly filter: RecordFilterOptions;
  readonly format: 'ansor' | 'dataset';
  readonly best: number | undefined;
  readonly perTask: boolean;
  readonly overwrite: boolean;
  /** File with what a dataset's card says of its making. */
  readonly aboutFile: string | undefined;
}

export interface RecordsListOptions extends RecordsOptions {
  readonly filter: RecordFilterOptions;
  /** Records one by one instead of tasks. */
  readonly records: boolean;
  readonly limit: number;
}

export interface RecordsStatsOptions extends RecordsOptions {
  readonly filter: RecordFilterOptions;
}

export interface RecordsPruneOptions extends RecordsOptions {
  readonly filter: RecordFilterOptions;
  readonly keepBest: number | undefined;
  readonly keepNewest: boolean;
  readonly yes: boolean;
}

const MOST = 1_000_000_000;

const commonShape = { dataDir: textOption().optional(), json: switchOption() };
const countOption = () => integerOption(1, MOST, 1).unwrap().optional();

const importSchema = z.strictObject({
  device: textOption().optional(),
  deviceFromFolder: switchOption(),
  tasks: listOption(),
  again: switchOption(),
  ...commonShape,
});

export function loadRecordsImportOptions(
  flags: GivenOptions,
  environment: Environment,
): RecordsImportOptions {
  const parsed = parse(importSchema, RECORDS_IMPORT_SPECS, flags, environment);
  if (parsed.device !== undefined && parsed.deviceFromFolder) {
    throw invalidArgument('--device and --device-from-folder are both given; a log has one device');
  }
  return Object.freeze({
    ...commonOf(parsed, flags, environment),
    deviceName: parsed.device,
    deviceFromFolder: parsed.deviceFromFolder,
    taskBundles: parsed.tasks,
    again: parsed.again,
  });
}

/** @param nowSeconds Since 1970: what `30d` ago counts from. */
export function loadRecordsExportOptions(
  flags: GivenOptions,
  environment: Environment,
  nowSeconds: number,
): RecordsExportOptions {
  const schema = z.strictObject({
    format: z.enum(['ansor', 'dataset'], { error: 'it must be ansor or dataset' }).default('ansor'),
    best: countOption(),
    perTask: switchOption(),
    overwrite: switchOption(),
    about: textOption().optional(),
    ...recordFilterShape(nowSeconds),
    ...commonShape,
  });
  const parsed = parse(schema, RECORDS_EXPORT_SPECS, flags, environment);
  const { format, best, perTask, overwrite, about: aboutFile } = parsed;
  if (format === 'dataset' && (best !== undefined || perTask || overwrite)) {
    throw invalidArgument('--best, --per-task and --overwrite are for --format ansor only');
  }
  if (format === 'ansor' && aboutFile !== undefined) {
    throw invalidArgument('--about is for --format dataset only');
  }
  const filter = recordFilterOf(parsed);
  return Object.freeze({
    ...commonOf(parsed, flags, environment),
    filter,
    format,
    best,
    perTask,
    overwrite,
    aboutFile,
  });
}

/** @param nowSeconds As for export. */
export function loadRecordsListOptions(
  flags: GivenOptions,
  environment: Environment,
  nowSeconds: number,
): RecordsListOptions {
  const schema = z.strictObject({
    records: switchOption(),
    limit: integerOption(1, MOST, 100),
    ...recordFilterShape(nowSeconds),
    ...commonShape,
  });
  const parsed = parse(schema, RECORDS_LIST_SPECS, flags, environment);
  const { records, limit } = parsed;
  return Object.freeze({
    ...commonOf(parsed, flags, environment),
    filter: recordFilterOf(parsed),
    records,
    limit,
  });
}

/** @param nowSeconds As for export. */
export function loadRecordsStatsOptions(
  flags: GivenOptions,
  environment: Environment,
  nowSeconds: number,
): RecordsStatsOptions {
  const schema = z.strictObject({ ...recordFilterShape(nowSeconds), ...commonShape });
  const parsed = parse(schema, RECORDS_STATS_SPECS, flags, environment);
  return Object.freeze({
    ...commonOf(parsed, flags, environment),
    filter: recordFilterOf(parsed),
  });
}

/** @param nowSeconds As for export. */
export function loadRecordsPruneOptions(
  flags: GivenOptions,
  environment: Environment,
  nowSeconds: number,
): RecordsPruneOptions {
  const schema = z.strictObject({
    keepBest: countOption(),
    keepNewest: switchOption(),
    yes: switchOption(),
    ...recordFilterShape(nowSeconds),
    ...commonShape,
  });
  const parsed = parse(schema, RECORDS_PRUNE_SPECS, flags, environment);
  const { keepBest, keepNewest, yes } = parsed;
  return Object.freeze({
    ...commonOf(parsed, flags, environment),
    filter: recordFilterOf(parsed),
    keepBest,
    keepNewest,
    yes,
  });
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  specs: readonly OptionSpec[],
  flags: GivenOptions,
  environment: Environment,
): z.output<Schema> {
  return parseOptions(schema, specs, gatherOptions(specs, flags, environment));
}

function commonOf(
  parsed: { readonly dataDir?: string | undefined; readonly json: boolean },
  flags: GivenOptions,
  environment: Environment,
): RecordsOptions {
  const dataDir = resolve(parsed.dataDir ?? defaultDataDir(environment));
  return { store: loadStoreLocation(flags, environment, dataDir), json: parsed.json };
}
