import { silentLog } from '../../src/base';
import { createLogTask } from '../../src/program';
import { InlineInferenceEngine } from '../../src/serving/inline-inference-engine';
import type { ModelLines } from '../../src/serving/model-lines';
import type { ModelRepository } from '../../src/serving/model-repository';
import { TrainService } from '../../src/serving/train-service';
import { MemoryRecordStore } from '../../src/store';
import { domainGpuTask, domainRecord, domainTask } from '../support/domain-samples';
import { startFakeLines } from '../support/fake-lines';
import { fakeArtifact, fakeState, inlineFakes } from '../support/fake-models';
import { PuppetTrainingEngine } from '../support/puppet-training-engine';
import { useTemporaryFolder } from '../support/temporary-folder';
import { until } from '../support/until';

describe('TrainService', () => {
  const folder = useTemporaryFolder();
  const task = domainTask();
  let store: MemoryRecordStore;
  let inference: InlineInferenceEngine;
  let lines: ModelLines;
  let repository: ModelRepository;
  let engine: PuppetTrainingEngine;
  let service: TrainService;

  beforeEach(async () => {
    store = new MemoryRecordStore();
    await store.putTask(task);
    inference = new InlineInferenceEngine(inlineFakes().registry);
    lines = await startFakeLines(inference, folder.path);
    repository = lines.of('cpu');
    engine = new PuppetTrainingEngine();
    service = start();
  });
  afterEach(async () => {
    await service.dispose();
    await inference.dispose();
  });

  const start = (lastSequences = { cpu: 0, gpu: 0 }): TrainService =>
    new TrainService({
      store,
      lines,
      engine,
      log: silentLog,
      predictor: 'cdmpp',
      seed: 100,
      frozen: false,
      lastSequences,
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
    expect(service.stateOf('cpu').phase).toBe('idle');
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
    expect(service.stateOf('cpu')).toEqual({
      phase: 'running',
      targetSequence: 4,
      lastFailure: '',
    });
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
    expect(service.stateOf('cpu')).toEqual({ phase: 'idle', targetSequence: 0, lastFailure: '' });
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
    expect(service.stateOf('cpu')).toMatchObject({
      phase: 'idle',
      lastFailure: expect.stringMatching(/ended/),
    });
    await report(3);
    await training();
    engine.finish();
    await service.idle();
    expect(engine.added).toEqual([1, 2, 1, 2, 3]);
    expect(repository.newest.description.trainedOn).toBe(3);
    expect(service.stateOf('cpu').lastFailure).toBe('');
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
    expect(service.stateOf('cpu').lastFailure).toBe('');
    expect(repository.newest.version).toBe(0);
    await report(2);
    expect(engine.isTraining).toBe(false);
  });

  describe('with tasks of both kinds', () => {
    const gpuTask = domainGpuTask();
    const reportGpu = async (...numbers: number[]): Promise<void> => {
      const records = numbers.map((number) => domainRecord(number));
      service.learnThrough((await store.append(gpuTask.id, records, '')).lastSequence);
    };
    const finish = async (): Promise<void> => {
      await training();
      engine.finish();
    };
    beforeEach(() => store.putTask(gpuTask));

    it('should learn each line from the records of its kind, and leave the other as it is', async () => {
      await reportGpu(1, 2);
      await finish();
      await service.idle();
      const gpu = lines.of('gpu');
      expect(gpu.newest).toMatchObject({
        name: 'cdmpp-gpu',
        version: 1,
        description: { trainedOn: 2, trainedThroughSequence: 2 },
      });
      expect(repository.newest.version).toBe(0);
      await report(3);
      await finish();
      await service.idle();
      expect(repository.newest).toMatchObject({
        version: 1,
        description: { trainedOn: 1, trainedThroughSequence: 3 },
      });
      expect(gpu.newest.version).toBe(1);
      expect(engine.isTraining).toBe(false);
    });

    it('should train lines in turns, so that none waits for the last record of the other', async () => {
      await report(1);
      await training();
      await report(2);
      await reportGpu(3);
      const order: string[] = [];
      for (let i = 0; i < 3; i += 1) {
        await training();
        order.push(engine.targetKind ?? '');
        engine.finish();
        await until(() => !engine.isTraining);
      }
      await service.idle();
      expect(order).toEqual(['cpu', 'gpu', 'cpu']);
      expect(lines.list().map(({ name, version }) => `${name}@${version}`)).toEqual([
        'cdmpp-cpu@1',
        'cdmpp-cpu@2',
        'cdmpp-gpu@1',
      ]);
    });

    it('should let one line learn where the training of the other fails', async () => {
      const bad = domainRecord(1, { errorMessage: '!throw' });
      await store.append(task.id, [bad], '');
      await reportGpu(2);
      await finish();
      await finish();
      await service.idle();
      expect(service.stateOf('cpu').lastFailure).toMatch(/told to throw/);
      expect(service.stateOf('gpu').lastFailure).toBe('');
      expect([repository.newest.version, lines.of('gpu').newest.version]).toEqual([0, 1]);
    });

    it('should know after a restart which line has something to learn, and read nothing where none has', async () => {
      await report(1);
      await finish();
      await service.idle();
      await store.append(gpuTask.id, [domainRecord(2)], '');
      service = start({ cpu: 1, gpu: 0 });
      engine.added.length = 0;
      service.learnThrough(1);
      expect(service.stateOf('cpu').phase).toBe('idle');
      expect(engine.added).toEqual([]);
      service = start({ cpu: 1, gpu: 2 });
      service.learnThrough(2);
      await finish();
      await service.idle();
      expect([repository.newest.version, lines.of('gpu').newest.version]).toEqual([1, 1]);
    });

    it('should not train for ever for records that were pruned', async () => {
      await report(1);
      await finish();
      await service.idle();
      service = start({ cpu: 9, gpu: 0 });
      service.learnThrough(9);
      await service.idle();
      expect(engine.isTraining).toBe(false);
      expect(repository.newest.version).toBe(1);
    });
  });
});
