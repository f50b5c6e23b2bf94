import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Clock, type Log, silentLog, systemClock } from '../base';
import { invalidArgument } from '../errors';
import type { PredictorRegistry } from '../predictor';
import type { TargetKind } from '../program';
import { openSqliteRecordStore, type RecordStore } from '../store';
import { createDefaultRegistry } from '../zoo';
import { compiledPath } from './compiled-path';

export interface CostModelServiceOptions {
  /** Folder of models, and of records by default; made where it is not there yet. One server at a time. */
  readonly dataDir: string;
  /** Default: silent. */
  readonly log?: Log;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** True: records are kept and nothing is learned from them. Default: false. */
  readonly frozen?: boolean;
  /**
   * `process`: inference in a worker thread, training in a child process.
   * `none`: both on the calling thread, for tests and small tools.
   * Default: `process`.
   */
  readonly isolation?: 'process' | 'none';
  /**
   * Cores that one operator of inference may use. Default: 1. The operators of a batch are too
   * small to share, and the other cores have callers and training to serve.
   */
  readonly threads?: number;
  /** The same of training. Default: half of them; its process has a lower priority besides. */
  readonly trainingThreads?: number;
  /** Programs that wait at most. Default: 16,384, four of the largest calls. */
  readonly maxQueuePrograms?: number;
  /** Programs of one batch at most. Default: 512; larger ones gain little and hold others up. */
  readonly maxBatchPrograms?: number;
  /**
   * Bytes of programs and scores that are kept, so that a program seen before is not scored
   * again; 0: none. Default: 64 MiB, the candidates of some five rounds of a search.
   */
  readonly scoreCacheBytes?: number;
  /** Tasks kept in memory; the store holds all. Default: 1,024, the tasks of some tens of networks. */
  readonly maxCachedTasks?: number;
  /** Start of the names of its lines, `cdmpp-cpu` and `cdmpp-gpu`. Default: `cdmpp`. */
  readonly modelName?: string;
  /**
   * Folders of models, by the kind of target that they are for, each of which is version 0 of its
   * line. Those of another predictor than the one that learns are left out. Default: none; the
   * estimate is version 0.
   */
  readonly shippedModels?: Readonly<Partial<Record<TargetKind, string | undefined>>>;
  /** Predictor that learns. Default: `cdmpp`. */
  readonly predictor?: string;
  /** Predictor that answers before anything was learned and no model was shipped. Default: `roofline`. */
  readonly estimator?: string;
  /** Start of every training's randomness. Default: 0. */
  readonly seed?: number;
  /** Predictors, for isolation `none`. Default: those of the zoo. */
  readonly registry?: PredictorRegistry;
  /**
   * Absolute path of a CommonJS module with `createDefaultRegistry`, for
   * isolation `process`. Default: the zoo.
   */
  readonly registryModule?: string;
  /** Default: SQLite in `dataDir`. Called once. What it opens may be shared with other servers. */
  readonly openStore?: () => Promise<RecordStore>;
  /** First wait between restarts of an inference worker that crashes again and again. Default: 200. */
  readonly restartDelayMs?: number;
}

export type ValidCostModelServiceOptions = Required<CostModelServiceOptions>;

/** Every field filled. INVALID_ARGUMENT for unknown fields and values out of bounds. */
export function validateServiceOptions(
  options: CostModelServiceOptions,
): ValidCostModelServiceOptions {
  if (typeof options.dataDir !== 'string' || options.dataDir === '') {
    throw invalidArgument('dataDir is empty; it is required');
  }
  const clock = options.clock ?? systemClock;
  const cores = availableParallelism();
  const path = join(options.dataDir, 'records.sqlite');
  const defaults: ValidCostModelServiceOptions = {
    dataDir: options.dataDir,
    log: silentLog,
    clock,
    frozen: false,
    isolation: 'process',
    threads: 1,
    trainingThreads: Math.max(1, Math.floor(cores / 2)),
    maxQueuePrograms: 16_384,
    maxBatchPrograms: 512,
    scoreCacheBytes: 64 * 1024 * 1024,
    maxCachedTasks: 1024,
    modelName: 'cdmpp',
    shippedModels: {},
    predictor: 'cdmpp',
    estimator: 'roofline',
    seed: 0,
    registry: createDefaultRegistry({ clock }),
    registryModule: compiledPath('zoo/index'),
    openStore: () => openSqliteRecordStore({ path, clock }),
    restartDelayMs: 200,
  };
  const unknown = Object.keys(options).filter((field) => !Object.hasOwn(defaults, field));
  if (unknown.length > 0) {
    throw invalidArgument(
      `unknown options ${unknown.join(', ')}; known are ${Object.keys(defaults).join(', ')}`,
    );
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const valid = { ...defaults, ...Object.fromEntries(given) };
  assertInteger('threads', valid.threads, 1);
  assertInteger('trainingThreads', valid.trainingThreads, 1);
  assertInteger('maxQueuePrograms', valid.maxQueuePrograms, 1);
  assertInteger('maxBatchPrograms', valid.maxBatchPrograms, 1);
  assertInteger('scoreCacheBytes', valid.scoreCacheBytes, 0);
  assertInteger('maxCachedTasks', valid.maxCachedTasks, 1);
  assertInteger('restartDelayMs', valid.restartDelayMs, 0);
  assertInteger('seed', valid.seed, 0);
  const isOfZoo = valid.registryModule === defaults.registryModule;
  if ((isOfZoo || valid.isolation === 'none') && !valid.registry.names.includes(valid.predictor)) {
    throw invalidArgument(
      `predictor is "${valid.predictor}"; known are ${valid.registry.names.join(', ')}`,
    );
  }
  if (valid.isolation !== 'process' && valid.isolation !== 'none') {
    throw invalidArgument(`isolation is "${valid.isolation}"; expected "process" or "none"`);
  }
  return Object.freeze(valid);
}

function assertInteger(field: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw invalidArgument(`${field} is ${value}; expected an integer of at least ${least}`);
  }
}
