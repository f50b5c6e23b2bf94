import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { saveModelFolder } from '../../src/artifact';
import { createLog, type LogEvent } from '../../src/base';
import { Code } from '../../src/errors';
import type { MeasuredRecord } from '../../src/program';
import type { PredictAnswer } from '../../src/serving';
import { domainGpuTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';
import { fakeArtifact, fakeState } from '../support/fake-models';
import { until } from '../support/until';
import { asking, cost, task, useLocalService } from '../support/use-local-service';

const gpuTask = domainGpuTask();

describe('the lines of createCostModelService()', () => {
  const subject = useLocalService();
  const newestOf = (name: string) => ({ name, version: 0 });
  const ask = (of = task) => subject.service.predict(asking({ task: of }));
  const reportGpu = (records: readonly MeasuredRecord[]) =>
    subject.service.report({ task: gpuTask, records, tunerId: 'tuner' });
  const learned = () =>
    until(async () => (await subject.service.listModels())[0]?.training.phase !== 'running');
  const models = async () =>
    (await subject.service.listModels()).map(({ model }) => `${model.name}@${model.version}`);
  const folders = async () => (await readdir(join(subject.folder.path, 'models'))).sort();
  /** Expects each latency to be so many times the estimate's. */
  const expectScale = (answer: PredictAnswer, estimate: PredictAnswer, scale: number) =>
    answer.predictions.forEach((each, i) => {
      const other = estimate.predictions[i];
      if (!each.ok || !other?.ok) throw new Error('expected two latencies');
      expect(each.latencySeconds / other.latencySeconds).toBeCloseTo(scale, 9);
    });

  beforeEach(() => subject.service.registerTask(gpuTask));

  it('should tell a task its line', async () => {
    expect((await subject.service.registerTask(task)).modelName).toBe('cdmpp-cpu');
    expect((await subject.service.registerTask(gpuTask)).modelName).toBe('cdmpp-gpu');
    expect(await models()).toEqual(['cdmpp-cpu@0', 'cdmpp-gpu@0']);
  });

  it('should learn one line and leave the other to the bit, tasks of both kinds interleaved', async () => {
    const estimates = [await ask(), await ask(gpuTask)] as const;
    await subject.report([cost(1, 3)]);
    await learned();
    const cpu = await ask();
    expect(cpu.model).toEqual({ name: 'cdmpp-cpu', version: 1 });
    expect(await ask(gpuTask)).toEqual({ ...estimates[1], cached: 2 });
    const weights = (await subject.service.exportModel(newestOf('cdmpp-cpu'))).weights;
    await reportGpu([cost(2, 7), cost(3, 9)]);
    await learned();
    const gpu = await ask(gpuTask);
    expect(gpu).toMatchObject({ model: { name: 'cdmpp-gpu', version: 1 }, trainedOn: 2 });
    expect(await ask()).toEqual({ ...cpu, cached: 2 });
    expect((await subject.service.exportModel(newestOf('cdmpp-cpu'))).weights).toEqual(weights);
    expectScale(cpu, estimates[0], 3);
    expectScale(gpu, estimates[1], 8);
    // Nothing new of either kind: nothing is trained.
    await subject.restart();
    await learned();
    expect(await models()).toEqual(['cdmpp-cpu@1', 'cdmpp-gpu@1']);
    expect(await ask()).toEqual(cpu);
    expect(await ask(gpuTask)).toEqual(gpu);
  });

  it('should say of each line what it has learned and why it failed', async () => {
    await reportGpu([cost(1, 3)]);
    await learned();
    await subject.report([{ ...cost(2, 1), errorMessage: '!throw' }]);
    await learned();
    const { service } = subject;
    const cpu = await service.getModel(newestOf('cdmpp-cpu'));
    const gpu = await service.getModel(newestOf('cdmpp-gpu'));
    expect(cpu.training.lastFailure).toMatch(/told to throw/);
    expect(gpu.training.lastFailure).toBe('');
    expect(cpu.description.trainedThroughSequence).toBe(0);
    expect(gpu.description.trainedThroughSequence).toBe(1);
    expect(await service.getModel(newestOf(''), gpuTask.id)).toEqual(gpu);
    expect(await service.getModel(newestOf('cdmpp'), task)).toEqual(cpu);
  });

  it('should learn what was put off of either kind with a report of the other', async () => {
    const deferred = { tunerId: '', deferLearning: true };
    await subject.service.report({ ...deferred, task: gpuTask, records: [cost(1, 3)] });
    await subject.report([cost(2, 5)]);
    await learned();
    expect(await models()).toEqual(['cdmpp-cpu@1', 'cdmpp-gpu@1']);
  });

  it('should import into the line of the card, of the name, or of CPUs', async () => {
    await reportGpu([cost(1, 3)]);
    await learned();
    const { service } = subject;
    const exported = await service.exportModel(newestOf('cdmpp-gpu'));
    const plain = await fakeArtifact({ scale: 5 });
    const imported = [
      await service.importModel(exported),
      await service.importModel(plain, 'cdmpp-gpu'),
      await service.importModel(plain),
      await service.importModel(plain, 'cdmpp'),
    ];
    expect(imported.map(({ model }) => model.name)).toEqual([
      'cdmpp-gpu',
      'cdmpp-gpu',
      'cdmpp-cpu',
      'cdmpp-cpu',
    ]);
    await expectError(
      () => service.importModel(plain, 'gcn'),
      Code.NotFound,
      /"gcn" is not known; this server has "cdmpp-cpu" and "cdmpp-gpu"/,
    );
  });

  describe('with shipped models', () => {
    const shippedFolder = (kind: string) => join(subject.folder.path, 'shipped', `cdmpp-${kind}`);
    const both = () => ({ cpu: shippedFolder('cpu'), gpu: shippedFolder('gpu') });
    beforeEach(async () => {
      await saveModelFolder(shippedFolder('cpu'), await fakeArtifact({ scale: 4 }));
      await saveModelFolder(shippedFolder('gpu'), await fakeArtifact({ scale: 6 }));
    });

    it('should answer with them before anything was learned', async () => {
      const estimates = [await ask(), await ask(gpuTask)] as const;
      await subject.restart({ shippedModels: both() });
      const [cpu, gpu] = [await ask(), await ask(gpuTask)];
      expect(cpu).toMatchObject({ model: { name: 'cdmpp-cpu', version: 0 }, trainedOn: 3 });
      expect(gpu).toMatchObject({ model: { name: 'cdmpp-gpu', version: 0 }, trainedOn: 3 });
      expectScale(cpu, estimates[0], 4);
      expectScale(gpu, estimates[1], 6);
      await subject.restart({ shippedModels: { gpu: shippedFolder('gpu') } });
      expect(await ask()).toEqual(estimates[0]);
      expect(await ask(gpuTask)).toEqual(gpu);
    });

    it('should learn on from its own shipped model, of the records here alone', async () => {
      await subject.restart({ shippedModels: both() });
      const before = await ask(gpuTask);
      await subject.report([cost(1, 3)]);
      await learned();
      const state = fakeState(await subject.service.exportModel(newestOf('cdmpp-cpu')));
      expect(state).toMatchObject({ trainedOn: 1, generation: 2, scale: 3 });
      expect(await models()).toEqual(['cdmpp-cpu@0', 'cdmpp-cpu@1', 'cdmpp-gpu@0']);
      expect(await ask(gpuTask)).toEqual({ ...before, cached: 2 });
      const pinned = { name: 'cdmpp-cpu', version: 0, pinned: true };
      const first = await subject.service.predict(asking({ model: pinned }));
      expect(first).toMatchObject({ model: { name: 'cdmpp-cpu', version: 0 }, trainedOn: 3 });
      await subject.restart({ shippedModels: both() });
      expect((await ask()).model).toEqual({ name: 'cdmpp-cpu', version: 1 });
      expect(await subject.service.predict(asking({ model: pinned }))).toEqual(first);
    });

    it('should learn at once what the store holds and the shipped model does not know', async () => {
      await subject.restart({ frozen: true });
      await subject.report([cost(1, 3)]);
      await subject.restart({ frozen: true, shippedModels: both() });
      expect((await ask()).model.version).toBe(0);
      await subject.restart({ shippedModels: both() });
      await learned();
      expect((await ask()).model).toEqual({ name: 'cdmpp-cpu', version: 1 });
    });

    it('should not start from a damaged folder, and start without', async () => {
      await writeFile(join(shippedFolder('gpu'), 'weights.bin'), 'torn');
      await expectError(
        () => subject.restart({ shippedModels: both() }),
        Code.FailedPrecondition,
        /cdmpp-gpu": weights\.bin has sha256 .*take "cdmpp-gpu" from its source.*--no-pretrained/,
      );
      await subject.restart();
      expect((await ask()).trainedOn).toBe(0);
    });

    it('should leave out a model of another predictor than the one that learns', async () => {
      const events: LogEvent[] = [];
      const { weights, card } = await fakeArtifact({ scale: 4 });
      const other = { weights, card: card.replace('"predictor":"cdmpp"', '"predictor":"other"') };
      await rm(shippedFolder('cpu'), { recursive: true });
      await saveModelFolder(shippedFolder('cpu'), other);
      const log = createLog('info', (event) => events.push(event));
      await subject.restart({ shippedModels: both(), log });
      expect((await ask()).trainedOn).toBe(0);
      expect((await ask(gpuTask)).trainedOn).toBe(3);
      expect(events).toContainEqual({
        level: 'info',
        event: 'model:left-out',
        fields: { folder: shippedFolder('cpu'), predictor: 'other', learns: 'cdmpp' },
      });
    });
  });

  describe('over checkpoints of a server with one line', () => {
    /** As such a server left them. */
    const asOneLine = async (): Promise<void> => {
      const root = join(subject.folder.path, 'models');
      for (const folder of await folders()) {
        await rename(join(root, folder), join(root, folder.replace(/-(?:cpu|gpu)@/, '@')));
      }
    };

    it('should go on in the line of the tasks', async () => {
      await reportGpu([cost(1, 3)]);
      await learned();
      const before = await ask(gpuTask);
      await subject.service.dispose();
      await asOneLine();
      expect(await folders()).toEqual(['cdmpp@1']);
      await subject.restart();
      expect(await folders()).toEqual(['cdmpp-gpu@1']);
      await learned();
      expect(await ask(gpuTask)).toEqual(before);
      expect((await ask()).trainedOn).toBe(0);
      expect(await models()).toEqual(['cdmpp-cpu@0', 'cdmpp-gpu@1']);
    });

    it('should go on in both where the model learned from both, damaged versions told as such', async () => {
      await subject.service.report({
        task: gpuTask,
        records: [cost(1, 3)],
        tunerId: '',
        deferLearning: true,
      });
      await subject.report([cost(2, 5)]);
      await learned();
      await subject.service.dispose();
      await rm(join(subject.folder.path, 'models', 'cdmpp-gpu@1'), { recursive: true });
      await asOneLine();
      await subject.restart({ frozen: true });
      expect(await models()).toEqual(['cdmpp-cpu@1', 'cdmpp-gpu@1']);
      expect(await folders()).toEqual(['cdmpp-cpu@1', 'cdmpp-gpu@1']);
      expect((await ask(gpuTask)).model).toEqual({ name: 'cdmpp-gpu', version: 1 });
    });

    it('should take them for those of CPUs where there is no record', async () => {
      await subject.service.importModel(await fakeArtifact({ scale: 2 }));
      await subject.service.dispose();
      await asOneLine();
      await mkdir(join(subject.folder.path, 'models', 'cdmpp-x@1'));
      await subject.restart();
      expect(await folders()).toEqual(['cdmpp-cpu@1', 'cdmpp-x@1']);
      expect((await ask()).trainedOn).toBe(3);
    });
  });
});
