import { resolve } from 'node:path';
import { z } from 'zod';
import { invalidArgument } from '../errors';
import { type Environment, type GivenOptions, type OptionSpec, textOption } from './option-spec';
import { defaultDataDir } from './process';
import { loadStoreLocation, STORE_OPTION_SPECS, type StoreLocation } from './store-options';

/** Where the records come from that a command learns from or judges by. */
export interface DataOptions {
  readonly store: StoreLocation;
  /** Absolute; a folder that is read in place of the store. */
  readonly dataset: string | undefined;
}

export const DATA_OPTION_SPECS: readonly OptionSpec[] = Object.freeze([
  {
    name: 'dataset',
    flag: '--dataset <folder>',
    description: 'read this dataset, or collection, in place of a store',
  },
  {
    name: 'dataDir',
    flag: '--data-dir <folder>',
    environment: 'CDMPP_DATA_DIR',
    description: 'where the store is by default; as serve has it',
  },
  ...STORE_OPTION_SPECS,
]);

export const dataShape = {
  dataset: textOption().optional(),
  dataDir: textOption().optional(),
  // Parsed by `loadStoreLocation`.
  store: z.unknown(),
  storePasswordFile: z.unknown(),
};

/** INVALID_ARGUMENT where a dataset and a store are asked for, and as `loadStoreLocation`. */
export function dataOptionsOf(
  parsed: { readonly dataset?: string | undefined; readonly dataDir?: string | undefined },
  flags: GivenOptions,
  environment: Environment,
): DataOptions {
  const { dataset, dataDir } = parsed;
  // A store of the environment is what holds where no flag says otherwise.
  if (dataset !== undefined && flags.store !== undefined) {
    throw invalidArgument('--dataset and --store are both given; records come from one of them');
  }
  const folder = resolve(dataDir ?? defaultDataDir(environment));
  return Object.freeze({
    store: loadStoreLocation(flags, environment, folder),
    dataset: dataset === undefined ? undefined : resolve(dataset),
  });
}
