/** A server whose predictor reads TVM's own features: worker and trainer as they are shipped. */
import { Code } from '../../src/errors';
import { type CostModelService, createCostModelService, type PredictCall } from '../../src/serving';
import { expectError } from '../support/expect-error';
import { loadLoweredFixture } from '../support/lowered-fixtures';
import { useTemporaryFolder } from '../support/temporary-folder';
import { until } from '../support/until';

describe('learning on line from lowered features', () => {
  const folder = useTemporaryFolder();
  const { task, programs, records } = loadLoweredFixture('matmul-cpu');
  const newest = { name: '', version: 0 };
  let service: CostModelService;

  const open = async (predictor: string): Promise<void> => {
    service = createCostModelService({
      dataDir: folder.path,
      threads: 1,
      trainingThreads: 1,
      predictor,
    });
    await service.ready;
  };
  const ask = (overrides: Partial<PredictCall> = {}) =>
    service.predict({
      task: task.id,
      programs,
      model: newest,
      featureSet: undefined,
      tunerId: '',
      ...overrides,
    });
  const learned = async () => {
    await until(async () => (await service.getModel(newest)).training.phase === 'idle');
    return service.getModel(newest);
  };
  afterEach(() => service.dispose());

  it('should go from the estimate to a model of lowered features, and to another predictor', async () => {
    await open('cdmpp-lowered');
    await service.registerTask(task);
    expect((await ask()).predictions.every(({ ok }) => ok)).toBe(true);
    const measured = records.slice(0, 40).map(({ record }) => record);
    await service.report({ task: task.id, records: measured, tunerId: '' });
    expect(await learned()).toMatchObject({
      model: { version: 1 },
      description: { predictor: 'cdmpp-lowered', featureSet: 'lowered', trainedOn: 40 },
      training: { lastFailure: '' },
    });
    const { predictions, model } = await ask({ featureSet: 'lowered' });
    expect(model.version).toBe(1);
    expect(predictions.every(({ ok }) => ok)).toBe(true);
    await expectError(
      () => ask({ featureSet: 'loop-nest' }),
      Code.InvalidArgument,
      /feature_set is loop-nest; model "cdmpp-cpu" version 1 was trained on lowered/,
    );

    // Without their rows the same programs are refused, each with the reason; not built is not absent.
    const bare = programs.map(({ loopNest, transformSteps }) => ({ loopNest, transformSteps }));
    const notBuilt = bare.map((program) => ({ ...program, loweredFeatures: new Float32Array(0) }));
    const some = [...bare.slice(0, 1), ...notBuilt.slice(1, 2), ...programs.slice(2)];
    expect((await ask({ programs: some })).predictions).toEqual([
      expect.objectContaining({ failure: 'unreadable', reason: expect.stringMatching(/absent/) }),
      expect.objectContaining({ failure: 'cannot-build' }),
      ...predictions.slice(2),
    ]);

    // Started over the same data with another predictor, the server learns from the start.
    await service.dispose();
    await open('cdmpp');
    expect(await learned()).toMatchObject({
      model: { version: 2 },
      description: { predictor: 'cdmpp', featureSet: 'loop-nest', trainedOn: 40 },
      training: { lastFailure: '' },
    });
  });

  it('should refuse a predictor that there is not', () =>
    expectError(
      async () => {
        createCostModelService({ dataDir: folder.path, predictor: 'gcn' });
      },
      Code.InvalidArgument,
      /predictor is "gcn"; known are cdmpp, cdmpp-lowered, roofline/,
    ).then(() => open('cdmpp')));
});
