import { resolve } from 'node:path';
import { z } from 'zod';
import {
  type Environment,
  type GivenOptions,
  gatherOptions,
  integerOption,
  type OptionSpec,
  parseOptions,
  textOption,
} from './option-spec';
import { defaultDataDir } from './process';
import { loadStoreLocation, type StoreLocation } from './store-options';

/** Everything that `cdmpp splits make` can be told, validated. */
export interface SplitsOptions {
  readonly store: StoreLocation;
  readonly seed: number;
  /** Absolute. */
  readonly out: string;
}

/** Beside the options of the store. */
export const SPLITS_OPTION_SPECS: readonly OptionSpec[] = Object.freeze([
  {
    name: 'dataDir',
    flag: '--data-dir <folder>',
    environment: 'CDMPP_DATA_DIR',
    description: 'where the store is by default; as serve has it',
  },
  {
    name: 'seed',
    flag: '--seed <number>',
    description: 'chooses the sides: an integer from 0 to 2147483647; default 1',
  },
  {
    name: 'out',
    flag: '--out <folder>',
    description: 'where the files go, one a kind of split; required',
  },
]);

const schema = z.strictObject({
  dataDir: textOption().optional(),
  seed: integerOption(0, 2 ** 31 - 1, 1),
  out: z.string({ error: 'it is required' }).min(1, { error: 'it must not be empty' }),
});

export function loadSplitsOptions(flags: GivenOptions, environment: Environment): SplitsOptions {
  const given = gatherOptions(SPLITS_OPTION_SPECS, flags, environment);
  const { dataDir, seed, out } = parseOptions(schema, SPLITS_OPTION_SPECS, given);
  const records = resolve(dataDir ?? defaultDataDir(environment));
  const store = loadStoreLocation(flags, environment, records);
  return Object.freeze({ store, seed, out: resolve(out) });
}
