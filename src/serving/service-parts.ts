import { join } from 'node:path';
import { PredictorError } from '../errors';
import type { ProgramBatch } from '../predictor';
import type { TargetKind } from '../program';
import { CheckpointStore, lockDataDir, type RecordStore, type StoreLock } from '../store';
import { createEngines, type Engines } from './create-engines';
import { createModelLines } from './create-model-lines';
import { adoptEarlierCheckpoints } from './earlier-checkpoints';
import { FifoBatcher } from './fifo-batcher';
import type { InferenceEngine } from './inference-engine';
import type { ModelLines } from './model-lines';
import { createBatchRunner, PredictService } from './predict-service';
import { ScoreCache } from './score-cache';
import { lastSequenceByKind } from './sequence-by-kind';
import type { ValidCostModelServiceOptions } from './service-options';
import { TaskCache } from './task-cache';
import { probeOf, TrainService } from './train-service';

/** What the service is put together from, started. */
export interface ServiceParts {
  readonly store: RecordStore;
  readonly tasks: TaskCache;
  readonly lines: ModelLines;
  readonly inference: InferenceEngine;
  readonly prediction: PredictService;
  readonly training: TrainService;
  /** Programs of the newest records, to try a model of this kind on; undefined where there are none. */
  probe(kind: TargetKind): Promise<ProgramBatch | undefined>;
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
  const { log, modelName, predictor, seed, frozen } = options;
  const lastSequences = await lastSequenceByKind(store);
  await adoptEarlierCheckpoints(checkpoints, modelName, lastSequences, log);
  const probe = async (kind: TargetKind) => {
    const before = Math.max(0, (await store.lastSequence()) - PROBE_RECORDS);
    return probeOf(await store.read(before, PROBE_RECORDS), kind);
  };
  const scores = new ScoreCache(options.scoreCacheBytes);
  const lines = await createModelLines(options, inference, checkpoints, (key) =>
    scores.forget(key),
  );
  await prepare(options, inference);
  const lastSequence = await store.lastSequence();
  for (const line of lines.all) await line.start(lastSequence, await probe(line.targetKind));
  const tasks = new TaskCache(store, options.maxCachedTasks);
  const batcher = new FifoBatcher(createBatchRunner(inference), {
    maxBatchItems: options.maxBatchPrograms,
    maxQueueItems: options.maxQueuePrograms,
    maxRunningBatches: RUNNING_BATCHES,
  });
  const prediction = new PredictService({ lines, tasks, batcher, scores });
  const training = new TrainService({
    store,
    lines,
    engine: trainer,
    log,
    predictor,
    seed,
    frozen,
    lastSequences,
  });
  return Object.freeze({
    store,
    tasks,
    lines,
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
