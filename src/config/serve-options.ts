import { resolve } from 'node:path';
import { z } from 'zod';
import { LOG_LEVELS, type LogLevel } from '../base';
import { invalidArgument } from '../errors';
import { type Address, parseAddress } from './address';
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
import { loadStoreLocation, STORE_OPTION_SPECS, type StoreLocation } from './store-options';

/** Everything that `cdmpp serve` can be told, validated. */
export interface ServeOptions {
  readonly address: Address;
  /** Absolute. */
  readonly dataDir: string;
  readonly store: StoreLocation;
  /** The user accepts that anybody who reaches the address may use it. */
  readonly insecure: boolean;
  readonly tls: { readonly certificateFile: string; readonly keyFile: string } | undefined;
  readonly tokenFile: string | undefined;
  readonly frozen: boolean;
  /** Name of the predictor that learns. */
  readonly predictor: string;
  readonly shippedModels: ShippedModelOptions;
  readonly threads: number;
  readonly maxQueuePrograms: number;
  readonly scoreCacheBytes: number;
  readonly maxMessageBytes: number;
  readonly drainTimeoutMs: number;
  readonly logLevel: LogLevel;
}

/** Which trained models a server starts from. */
export interface ShippedModelOptions {
  /** False: none at all. */
  readonly enabled: boolean;
  /** Folder that holds them under the names of their lines, absolute; undefined: the package's own. */
  readonly root: string | undefined;
  /** Folders by the name of the line, absolute; before what `root` holds. */
  readonly folders: Readonly<Record<string, string>>;
}

const MAX_THREADS = 256;

/** The flags and variables, in the order in which `--help` lists them. */
export const SERVE_OPTION_SPECS: readonly OptionSpec[] = Object.freeze([
  {
    name: 'address',
    flag: '--address <address>',
    environment: 'CDMPP_ADDRESS',
    description:
      'host:port (port 0: a free one) or unix:/path; default 127.0.0.1:50051, which only this machine reaches',
  },
  {
    name: 'dataDir',
    flag: '--data-dir <folder>',
    environment: 'CDMPP_DATA_DIR',
    description:
      'models, and measured records unless --store says otherwise; default cdmpp in the data folder of the user',
  },
  ...STORE_OPTION_SPECS,
  {
    name: 'tlsCert',
    flag: '--tls-cert <file>',
    environment: 'CDMPP_TLS_CERT',
    description: 'certificate chain, PEM; default none: no TLS',
  },
  {
    name: 'tlsKey',
    flag: '--tls-key <file>',
    environment: 'CDMPP_TLS_KEY',
    description: 'private key of the certificate, PEM',
  },
  {
    name: 'tokenFile',
    flag: '--token-file <file>',
    environment: 'CDMPP_TOKEN_FILE',
    description: 'file with the token that callers must present; default none: no token',
  },
  {
    name: 'insecure',
    flag: '--insecure',
    environment: 'CDMPP_INSECURE',
    description: 'serve other machines without TLS or without a token',
  },
  {
    name: 'frozen',
    flag: '--frozen',
    environment: 'CDMPP_FROZEN',
    description: 'keep reported records but do not learn from them',
  },
  {
    name: 'predictor',
    flag: '--predictor <name>',
    environment: 'CDMPP_PREDICTOR',
    description:
      "what learns: cdmpp, or cdmpp-lowered, which needs the features that TVM's lowering gives (slow); default cdmpp",
  },
  {
    name: 'models',
    flag: '--models <folder>',
    environment: 'CDMPP_MODELS',
    description:
      'trained models to start from, cdmpp-cpu and cdmpp-gpu in this folder; default those of the package',
  },
  {
    name: 'model',
    flag: '--model <name=folder>',
    isList: true,
    description: 'one of them from another folder: cdmpp-cpu=my-model; may be given twice',
  },
  {
    name: 'noPretrained',
    flag: '--no-pretrained',
    environment: 'CDMPP_NO_PRETRAINED',
    description: 'start from the analytical estimate alone; what was learned before still serves',
  },
  {
    name: 'threads',
    flag: '--threads <count>',
    environment: 'CDMPP_THREADS',
    description: `threads for arithmetic, 1 to ${MAX_THREADS}; default 1: the operators of a batch are too small to share`,
  },
  {
    name: 'maxQueuePrograms',
    flag: '--max-queue-programs <count>',
    environment: 'CDMPP_MAX_QUEUE_PROGRAMS',
    description:
      'programs that may wait before calls are refused as UNAVAILABLE; default 16384: four of the largest calls',
  },
  {
    name: 'scoreCacheMib',
    flag: '--score-cache-mib <size>',
    environment: 'CDMPP_SCORE_CACHE_MIB',
    description:
      'memory in MiB for scores of programs seen before, 0 (none) to 1024; default 64: the candidates of some five rounds of a search',
  },
  {
    name: 'maxMessageMib',
    flag: '--max-message-mib <size>',
    environment: 'CDMPP_MAX_MESSAGE_MIB',
    description: 'largest request or response in MiB, 1 to 1024; default 64: the largest model',
  },
  {
    name: 'drainSeconds',
    flag: '--drain-seconds <seconds>',
    environment: 'CDMPP_DRAIN_SECONDS',
    description: 'how long SIGTERM waits for calls under way, 0 to 3600; default 30',
  },
  {
    name: 'logLevel',
    flag: '--log-level <level>',
    environment: 'CDMPP_LOG_LEVEL',
    description: `${LOG_LEVELS.join(', ')}; default info`,
  },
]);

const schema = z.strictObject({
  address: textOption().default('127.0.0.1:50051'),
  dataDir: textOption().optional(),
  // Parsed by `loadStoreLocation`.
  store: z.unknown(),
  storePasswordFile: z.unknown(),
  tlsCert: textOption().optional(),
  tlsKey: textOption().optional(),
  tokenFile: textOption().optional(),
  insecure: switchOption(),
  frozen: switchOption(),
  predictor: textOption().default('cdmpp'),
  models: textOption().optional(),
  model: listOption(),
  noPretrained: switchOption(),
  threads: integerOption(1, MAX_THREADS, 1),
  maxQueuePrograms: integerOption(1, 16_777_216, 16_384),
  scoreCacheMib: integerOption(0, 1024, 64),
  maxMessageMib: integerOption(1, 1024, 64),
  drainSeconds: integerOption(0, 3600, 30),
  logLevel: z
    .enum(LOG_LEVELS, { error: `it must be one of ${LOG_LEVELS.join(', ')}` })
    .default('info'),
});

/**
 * Fills defaults and freezes. INVALID_ARGUMENT, in one sentence, for a wrong
 * value, and for an address that other machines reach without TLS and a token.
 */
export function loadServeOptions(flags: GivenOptions, environment: Environment): ServeOptions {
  // Commander has `--no-pretrained` as `pretrained: false`, and `true` where it is not given.
  const noPretrained = flags.pretrained === false ? true : flags.noPretrained;
  const given = gatherOptions(SERVE_OPTION_SPECS, { ...flags, noPretrained }, environment);
  const parsed = parseOptions(schema, SERVE_OPTION_SPECS, given);
  const dataDir = resolve(parsed.dataDir ?? defaultDataDir(environment));
  const options: ServeOptions = {
    address: parseAddress('--address', parsed.address),
    dataDir,
    store: loadStoreLocation(flags, environment, dataDir),
    insecure: parsed.insecure,
    tls: pairTls(parsed.tlsCert, parsed.tlsKey),
    tokenFile: parsed.tokenFile,
    frozen: parsed.frozen,
    predictor: parsed.predictor,
    shippedModels: shippedModelOptions(parsed),
    threads: parsed.threads,
    maxQueuePrograms: parsed.maxQueuePrograms,
    scoreCacheBytes: parsed.scoreCacheMib * 1024 * 1024,
    maxMessageBytes: parsed.maxMessageMib * 1024 * 1024,
    drainTimeoutMs: parsed.drainSeconds * 1000,
    logLevel: parsed.logLevel,
  };
  assertGuarded(options);
  return Object.freeze(options);
}

function shippedModelOptions({
  models,
  model,
  noPretrained,
}: z.output<typeof schema>): ShippedModelOptions {
  if (noPretrained && (models !== undefined || model.length > 0)) {
    throw invalidArgument(
      `--no-pretrained leaves no use for ${models === undefined ? '--model' : '--models'}; give one of them`,
    );
  }
  const folders: Record<string, string> = {};
  for (const text of model) {
    const [, name, folder] = /^(cdmpp-(?:cpu|gpu))=(.+)$/.exec(text) ?? [];
    if (name === undefined || folder === undefined || name in folders) {
      throw invalidArgument(
        `--model is "${text}"; it must be cdmpp-cpu=folder or cdmpp-gpu=folder, each once`,
      );
    }
    folders[name] = resolve(folder);
  }
  return Object.freeze({
    enabled: !noPretrained,
    root: models === undefined ? undefined : resolve(models),
    folders: Object.freeze(folders),
  });
}

function pairTls(certificateFile?: string, keyFile?: string): ServeOptions['tls'] {
  if (certificateFile === undefined && keyFile === undefined) return undefined;
  if (certificateFile === undefined || keyFile === undefined) {
    const [present, absent] =
      keyFile === undefined ? ['--tls-cert', '--tls-key'] : ['--tls-key', '--tls-cert'];
    throw invalidArgument(`${present} is given without ${absent}; TLS needs both`);
  }
  return Object.freeze({ certificateFile, keyFile });
}

function assertGuarded({ address, insecure, tls, tokenFile }: ServeOptions): void {
  if (address.isLocal || insecure || (tls !== undefined && tokenFile !== undefined)) return;
  throw invalidArgument(
    `--address ${address.text} is open to other machines: give --tls-cert, --tls-key and --token-file, or --insecure to let anybody in`,
  );
}
