import type { Prediction } from '../../src/predictor';
import type { ProgramSource } from '../../src/program';
import { InlineInferenceEngine } from '../../src/serving/inline-inference-engine';
import type { ModelRepository } from '../../src/serving/model-repository';
import {
  createBatchRunner,
  type PredictLane,
  PredictService,
} from '../../src/serving/predict-service';
import { ScoreCache } from '../../src/serving/score-cache';
import { TaskCache } from '../../src/serving/task-cache';
import { MemoryRecordStore } from '../../src/store';
import { domainTask } from '../support/domain-samples';
import { startFakeLines } from '../support/fake-lines';
import { fakeArtifact, inlineFakes, program } from '../support/fake-models';
import { PuppetBatcher } from '../support/puppet-batcher';
import { useTemporaryFolder } from '../support/temporary-folder';

describe('PredictService', () => {
  const folder = useTemporaryFolder();
  let engine: InlineInferenceEngine;
  let repository: ModelRepository;
  let batcher: PuppetBatcher<PredictLane, ProgramSource, Prediction>;
  let scores: ScoreCache;
  let service: PredictService;

  beforeEach(async () => {
    engine = new InlineInferenceEngine(inlineFakes().registry);
    scores = new ScoreCache(10_000);
    const lines = await startFakeLines(engine, folder.path, (key) => scores.forget(key));
    repository = lines.of('cpu');
    batcher = new PuppetBatcher(createBatchRunner(engine));
    const tasks = new TaskCache(new MemoryRecordStore(), 8);
    service = new PredictService({ lines, tasks, batcher, scores });
  });
  afterEach(() => engine.dispose());

  const publish = async (scale: number) =>
    repository.publish('cdmpp', await fakeArtifact({ scale }), 0, undefined);
  const predict = (extent = 8, version = 0) =>
    service.predict({
      task: domainTask(extent),
      programs: [program('a')],
      model: { name: '', version },
      featureSet: undefined,
      tunerId: '',
    });
  const queued = async (count: number): Promise<void> => {
    while (batcher.waiting.length < count) await new Promise((resolve) => setImmediate(resolve));
  };

  it('should answer a call that waited by the version that was newest when it came', async () => {
    const waiting = predict();
    await queued(1);
    await publish(4);
    const later = predict();
    await queued(2);
    await batcher.process(2);
    const [before, after] = await Promise.all([waiting, later]);
    expect([before.model.version, before.trainedOn]).toEqual([0, 0]);
    expect([after.model.version, after.trainedOn]).toEqual([1, 3]);
    const [estimate] = before.predictions;
    const [learned] = after.predictions;
    if (!estimate?.ok || !learned?.ok) throw new Error('expected two latencies');
    expect(learned.latencySeconds).toBe(4 * estimate.latencySeconds);
  });

  it('should keep a version loaded for a call that waits, beyond the 8 kept', async () => {
    await publish(1);
    const waiting = predict(8, 1);
    await queued(1);
    for (let version = 2; version <= 10; version += 1) await publish(version);
    await batcher.process(1);
    expect((await waiting).model.version).toBe(1);
    expect(repository.list().map(({ version }) => version)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('should answer a program seen before without a batch, by the same version only', async () => {
    await publish(3);
    const first = predict();
    await queued(1);
    await batcher.process(1);
    const again = await predict();
    expect(again).toEqual({ ...(await first), cached: 1 });
    await publish(5);
    const newer = predict();
    await queued(1);
    await batcher.process(1);
    expect((await newer).cached).toBe(0);
    expect((await newer).predictions).not.toEqual(again.predictions);
    expect((await predict(8, 1)).cached).toBe(1);
  });

  it('should forget what a version answered when that is unloaded', async () => {
    await publish(1);
    const first = predict(8, 1);
    await queued(1);
    await batcher.process(1);
    await first;
    expect(scores.bytes).toBeGreaterThan(0);
    for (let version = 2; version <= 9; version += 1) await publish(version);
    expect(scores.bytes).toBe(0);
  });

  it('should share lanes among calls of one task and version, and no others', async () => {
    await publish(1);
    await publish(2);
    const calls = [predict(), predict(), predict(16), predict(8, 1)];
    await queued(4);
    const keys = batcher.waiting.map(({ key }) => key);
    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(3);
    await batcher.process(4);
    await Promise.all(calls);
  });
});
