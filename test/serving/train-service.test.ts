import { silentLog, systemClock } from '../../src/base';
import { createLogTask } from '../../src/program';
import { InlineInferenceEngine } from '../../src/serving/inline-inference-engine';
import { ModelRepository } from '../../src/serving/model-repository';
import { TrainService } from '../../src/serving/train-service';
import { CheckpointStore, MemoryRecordStore } from '../../src/store';
import { domainRecord, domainTask } from '../support/domain-samples';
import { fakeArtifact, fakeState, inlineFakes } from '../support/fake-models';
import { PuppetTrainingEngine } from '../support/puppet-training-engine';
import { useTemporaryFolder } from '../support/temporary-folder';
import { until } from '../support/until';

describe('TrainService', () => {
  const folder = useTemporaryFolder();
  const task = domainTask();
  let store: MemoryRecordStore;
  let inference: InlineInferenceEngine;
  let repository: ModelRepository;
  let engine: PuppetTrainingEngine;
  let service: TrainService;

  beforeEach(async () => {
    store = new MemoryRecordStore();
    await store.putTask(task);
    inference = new InlineInferenceEngine(inlineFakes().registry);
    repository = new ModelRepository({
      name: 'cdmpp',
      estimator: 'roofline',
      engine: inference,
      checkpoints: await CheckpointStore.open({ root: folder.path, log: silentLog }),
      clock: systemClock,
      log: silentLog,
    });
    await repository.start(0, undefined);
    engine = new PuppetTrainingEngine();
    service = new TrainService({
      store,
      repository,
      engine,
      log: silentLog,
      predictor: 'cdmpp',
      seed: 100,
      frozen: false,
    });
  });
  afterEach(async () => {
    await service.dispose();
    await inference.dispose();
  });

  const report = async (...numbers: number[]): Promise<void> => {
    const records = numbers.map((number) => domainRecord(number));
    service.learnThrough((await store.append(task.id, records, '')).lastSequence);
  };
  const training = () => until(() => engine.isTraining);

  it('should learn the records of a log once their task is whole, and not before', async () => {
    const other = domainTask(16);
    const { workloadKey, target, hardwareParams, device } = other;
    const fields = { workloadKey, target, hardwareParams, deviceName: device.name };
    const logId = await store.putLogTask(createLogTask(fields));
    await store.append(logId, [domainRecord(1), domainRecord(2)], 'log');
    service.learnThrough(await store.lastSequence());
    expect(engine.isTraining).toBe(false);
    expect(service.state.phase).toBe('idle');
    await store.putTask(other);
    service.learnThrough(await store.lastSequence());
    await training();
    expect(engine.heldThrough).toBe(4);
  });

  it('should train once at a time, and once more for all that came meanwhile', async () => {
    await report(1);
    await training();
    await report(2);
    await report(3);
    await report(4);
    expect(service.state).toEqual({ phase: 'running', targetSequence: 4, lastFailure: '' });
    engine.finish();
    await training();
    expect(repository.newest).toMatchObject({
      version: 1,
      description: { trainedThroughSequence: 1 },
    });
    engine.finish();
    await service.idle();
    expect(repository.newest).toMatchObject({
      version: 2,
      description: { trainedOn: 4, trainedThroughSequence: 4 },
    });
    expect(service.state).toEqual({ phase: 'idle', targetSequence: 0, lastFailure: '' });
    expect(engine.added).toEqual([1, 2, 3, 4]);
    expect(fakeState(await repository.export(repository.newest))).toMatchObject({
      generation: 2,
      seed: 100 + 2,
    });
  });

  it('should feed a trainer that lost its process from the beginning', async () => {
    await report(1, 2);
    await training();
    engine.crash();
    await service.idle();
    expect(service.state).toMatchObject({
      phase: 'idle',
      lastFailure: expect.stringMatching(/ended/),
    });
    await report(3);
    await training();
    engine.finish();
    await service.idle();
    expect(engine.added).toEqual([1, 2, 1, 2, 3]);
    expect(repository.newest.description.trainedOn).toBe(3);
    expect(service.state.lastFailure).toBe('');
  });

  it('should not put what continues an old model in place of one that was imported meanwhile', async () => {
    await report(1);
    await training();
    await repository.publish('cdmpp', await fakeArtifact({ scale: 5 }), 0, undefined);
    engine.finish();
    await training();
    expect(repository.newest.version).toBe(1);
    engine.finish();
    await service.idle();
    expect(repository.newest.version).toBe(2);
    expect(fakeState(await repository.export(repository.newest)).generation).toBe(2);
  });

  it('should end with a training under way, which is no failure', async () => {
    await report(1);
    await training();
    await service.dispose();
    expect(service.state.lastFailure).toBe('');
    expect(repository.newest.version).toBe(0);
    await report(2);
    expect(engine.isTraining).toBe(false);
  });
});
