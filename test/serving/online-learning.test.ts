import { createLog, type LogEvent } from '../../src/base';
import { Code } from '../../src/errors';
import type { Prediction } from '../../src/predictor';
import {
  type CostModelService,
  createCostModelService,
  type ModelInfo,
  type PredictCall,
} from '../../src/serving';
import { expectError } from '../support/expect-error';
import { loadFixture } from '../support/fixtures';
import { useTemporaryFolder } from '../support/temporary-folder';
import { until } from '../support/until';

/** The real thing: TensorFlow in the worker, the trainer in its process, records that TVM measured. */
describe('learning on line', () => {
  const folder = useTemporaryFolder();
  const { task, programs, records } = loadFixture('matmul-cpu');
  const measured = records.map(({ record }) => record);
  const half = Math.floor(measured.length / 2);
  const newest = { name: '', version: 0 };
  let service: CostModelService;
  let events: LogEvent[];

  const open = async (): Promise<void> => {
    service = createCostModelService({
      dataDir: folder.path,
      threads: 1,
      trainingThreads: 1,
      // It is the model that is to answer, each time.
      scoreCacheBytes: 0,
      log: createLog('info', (event) => events.push(event)),
    });
    await service.ready;
  };
  const ask = (overrides: Partial<PredictCall> = {}) =>
    service.predict({
      task: task.id,
      programs,
      model: newest,
      featureSet: undefined,
      tunerId: 'tuner',
      ...overrides,
    });
  const report = (from: number, to: number) =>
    service.report({ task: task.id, records: measured.slice(from, to), tunerId: 'tuner' });
  const learned = async (): Promise<ModelInfo> => {
    await until(async () => (await service.getModel(newest)).training.phase === 'idle');
    return service.getModel(newest);
  };

  beforeEach(async () => {
    events = [];
    await open();
    await service.registerTask(task);
  });
  afterEach(() => service.dispose());

  it('should go from the estimate to models that learned what was reported, across a restart', async () => {
    const estimate = await ask();
    expect(estimate).toMatchObject({ model: { name: 'cdmpp-cpu', version: 0 }, trainedOn: 0 });
    expect(estimate.predictions.filter(({ ok }) => !ok)).toEqual([]);

    // Predict is answered while the training runs, by the version that there is.
    const first = await report(0, half);
    expect(first).toMatchObject({ accepted: half, duplicates: 0, lastSequence: half });
    const during = await ask();
    expect((await service.getModel(newest)).training).toMatchObject({
      phase: 'running',
      targetSequence: half,
    });
    expect(during).toEqual(estimate);

    const one = await learned();
    expect(one).toMatchObject({
      model: { version: 1 },
      description: { predictor: 'cdmpp', trainedThroughSequence: half },
      training: { lastFailure: '' },
    });
    const byOne = await ask();
    expect(byOne).toMatchObject({ model: { version: 1 }, trainedOn: one.description.trainedOn });
    expect(latencies(byOne.predictions)).not.toEqual(latencies(estimate.predictions));

    // A report sent again teaches nothing and starts nothing.
    expect(await report(0, half)).toMatchObject({ accepted: 0, duplicates: half });
    expect((await service.getModel(newest)).training.phase).toBe('idle');

    await report(half, measured.length);
    const two = await learned();
    expect(two).toMatchObject({
      model: { version: 2 },
      description: { trainedThroughSequence: measured.length },
    });
    expect(two.description.trainedOn).toBeGreaterThan(one.description.trainedOn);
    const byTwo = await ask();
    expect(latencies(byTwo.predictions)).not.toEqual(latencies(byOne.predictions));
    expect(await ask({ model: one.model })).toEqual(byOne);

    await service.dispose();
    await open();
    expect(await ask()).toEqual(byTwo);
    expect(await ask({ model: one.model })).toEqual(byOne);
    expect((await service.getModel(newest)).training.phase).toBe('idle');
    expect(await report(0, measured.length)).toMatchObject({
      accepted: 0,
      duplicates: measured.length,
      totalRecords: measured.length,
    });
    expect((await learned()).model.version).toBe(2);
  });

  it('should answer alike whatever is beside a program, and fail an unreadable one alone', async () => {
    await report(0, half);
    await learned();
    const { predictions } = await ask();
    const backwards = await ask({ programs: [...programs].reverse() });
    expect([...backwards.predictions].reverse()).toEqual(predictions);
    const unreadable = { loopNest: 'for (;;)', transformSteps: '' };
    const mixed = await ask({ programs: [unreadable, ...programs] });
    expect(mixed.predictions[0]).toMatchObject({ ok: false, failure: 'unreadable' });
    expect(mixed.predictions.slice(1)).toEqual(predictions);
  });

  it('should answer every call of many at once, though versions change meanwhile', async () => {
    await report(0, half);
    const answers: Awaited<ReturnType<typeof ask>>[] = [];
    const asking = async (): Promise<void> => {
      do answers.push(await ask());
      while ((await service.getModel(newest)).training.phase === 'running');
    };
    await Promise.all([asking(), asking(), asking()]);
    await asking();
    const versions = new Set(answers.map(({ model }) => model.version));
    expect([...versions].sort()).toEqual([0, 1]);
    // No answer mixes two versions.
    for (const version of versions) {
      const ofVersion = answers.filter(({ model }) => model.version === version);
      for (const answer of ofVersion) expect(answer).toEqual(ofVersion[0]);
    }
  });

  it('should leave no half of a model where it is closed during a training', async () => {
    await report(0, half);
    await until(() => events.some(({ event }) => event === 'training:started'));
    await service.dispose();
    await open();
    const info = await learned();
    expect(info).toMatchObject({
      model: { version: 1 },
      description: { trainedThroughSequence: half },
    });
    await expectError(() => ask({ model: { name: '', version: 2 } }), Code.NotFound, /kept are 1/);
  });
});

function latencies(predictions: readonly Prediction[]): number[] {
  return predictions.map((prediction) => (prediction.ok ? prediction.latencySeconds : 0));
}
