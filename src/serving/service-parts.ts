import { join } from 'node:path';
import { PredictorError } from '../errors';
import type { ProgramBatch } from '../predictor';
import { CheckpointStore, lockDataDir, type RecordStore, type StoreLock } from '../store';
import { createEngines, type Engines } from './create-engines';
import { FifoBatcher } from './fifo-batcher';
import type { InferenceEngine } from './inference-engine';
import { ModelRepository } from './model-repository';
import { createBatchRunner, PredictService } from './predict-service';
import { ScoreCache } from './score-cache';
import type { ValidCostModelServiceOptions } from './service-options';
import { TaskCache } from './task-cache';
import { probeOf, TrainService } from './train-service';

/** What the service is put together from, started. */
export interface ServiceParts {
  readonly store: RecordStore;
  readonly tasks: TaskCache;
  readonly repository: ModelRepository;
  readonly inference: InferenceEngine;
  readonly prediction: PredictService;
  readonly training: TrainService;
  /** Programs of the newest records, to try a model on; undefined while there are none. */
  probe(): Promise<ProgramBatch | undefined>;
  /** Ends training first, closes the store last. */
  dispose(): Promise<void>;
}

/** One batch is computed while the answer of the one before is read. */
const RUNNING_BATCHES = 2;
const PROBE_RECORDS = 64;

/** Opens the store and loads the newest model; leaves nothing open where it fails. */
export async function startServiceParts(
  options: ValidCostModelServiceOptions,
): Promise<ServiceParts> {
  const store = await options.openStore();
  let lock: StoreLock | undefined;
  let engines: Engines | undefined;
  try {
    // Of its own: servers that share their records do not share their models.
    lock = lockDataDir(options.dataDir);
    const root = join(options.dataDir, 'models');
    const checkpoints = await CheckpointStore.open({ root, log: options.log });
    engines = createEngines(options);
    return await assemble(options, { store, lock }, checkpoints, engines);
  } catch (thrown) {
    await engines?.training.dispose();
    await engines?.inference.dispose();
    await store.dispose();
    lock?.release();
    throw thrown;
  }
}

interface Opened {
  readonly store: RecordStore;
  readonly lock: StoreLock;
}

async function assemble(
  options: ValidCostModelServiceOptions,
  { store, lock }: Opened,
  checkpoints: CheckpointStore,
  { inference, training: trainer }: Engines,
): Promise<ServiceParts> {
  const { log, clock, modelName, estimator, predictor, seed, frozen } = options;
  const lastSequence = await store.lastSequence();
  const probe = async () =>
    probeOf(
      await store.read(Math.max(0, (await store.lastSequence()) - PROBE_RECORDS), PROBE_RECORDS),
    );
  const scores = new ScoreCache(options.scoreCacheBytes);
  const repository = new ModelRepository({
    name: modelName,
    estimator,
    engine: inference,
    checkpoints,
    clock,
    log,
    onUnload: (key) => scores.forget(key),
  });
  await prepare(options, inference);
  await repository.start(lastSequence, await probe());
  const tasks = new TaskCache(store, options.maxCachedTasks);
  const batcher = new FifoBatcher(createBatchRunner(inference), {
    maxBatchItems: options.maxBatchPrograms,
    maxQueueItems: options.maxQueuePrograms,
    maxRunningBatches: RUNNING_BATCHES,
  });
  const prediction = new PredictService({ repository, tasks, batcher, scores });
  const training = new TrainService({
    store,
    repository,
    engine: trainer,
    log,
    predictor,
    seed,
    frozen,
  });
  return Object.freeze({
    store,
    tasks,
    repository,
    inference,
    prediction,
    training,
    probe,
    dispose: async () => {
      await batcher.drain();
      await training.dispose();
      await inference.dispose();
      await store.dispose();
      lock.release();
    },
  });
}

/**
 * Before the first answer, so that none waits for it. Where it fails the estimate serves all
 * the same, as it would where nothing could be learned.
 */
async function prepare(
  { predictor, log }: ValidCostModelServiceOptions,
  inference: InferenceEngine,
): Promise<void> {
  try {
    await inference.prepare(predictor);
  } catch (thrown) {
    log.warn('inference:not-prepared', { predictor, reason: PredictorError.from(thrown).message });
  }
}
