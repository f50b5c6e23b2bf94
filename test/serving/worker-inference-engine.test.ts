import { createLog, type LogEvent } from '../../src/base';
import { Code } from '../../src/errors';
import { WorkerInferenceEngine } from '../../src/serving/worker-inference-engine';
import { inferenceEngineContract } from '../contracts/inference-engine.contract';
import { domainTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';
import { fakeArtifact, fakeRegistryModule, program } from '../support/fake-models';
import { until } from '../support/until';

describe('WorkerInferenceEngine', () => {
  const task = domainTask();
  const programs = [program('a'), program('b')];
  let events: LogEvent[];
  const create = () =>
    new WorkerInferenceEngine({
      registryModule: fakeRegistryModule,
      nativeEnvironment: { CDMPP_TEST_NATIVE: 'set' },
      log: createLog('info', (event) => events.push(event)),
      restartDelayMs: 1,
    });

  beforeEach(() => {
    events = [];
  });

  inferenceEngineContract(create);

  describe('after a crash of its worker', () => {
    let engine: WorkerInferenceEngine;
    let changes: boolean[];

    beforeEach(async () => {
      engine = create();
      changes = [];
      engine.watchServing((serving) => changes.push(serving));
      await engine.load('m@0', { predictor: 'roofline', artifact: undefined });
      const artifact = await fakeArtifact({ scale: 4 });
      await engine.load('m@1', { predictor: 'cdmpp', artifact });
    });
    afterEach(() => engine.dispose());

    it('should fail what was under way, and give the same answers once it is back', async () => {
      const before = await engine.predict('m@1', { task, programs });
      const crashing = engine.predict('m@0', { task, programs: [program('!exit')] });
      const behind = engine.predict('m@0', { task, programs });
      await expectError(() => crashing, Code.Unavailable, /crashed/);
      await expectError(() => behind, Code.Unavailable, /crashed/);
      expect(engine.serving).toBe(false);
      await expectError(
        () => engine.predict('m@1', { task, programs }),
        Code.Unavailable,
        /restarts; try again/,
      );

      await until(() => engine.serving);
      expect(await engine.predict('m@1', { task, programs })).toEqual(before);
      expect(await engine.predict('m@0', { task, programs })).toHaveLength(2);
      expect(changes).toEqual([false, true]);
      expect(events.map(({ event }) => event)).toEqual([
        'inference:crashed',
        'inference:restarted',
      ]);
    });

    it('should not load again what was unloaded', async () => {
      await engine.unload('m@1');
      await engine.predict('m@0', { task, programs: [program('!exit')] }).catch(() => undefined);
      await until(() => engine.serving);
      await expectError(
        () => engine.predict('m@1', { task, programs }),
        Code.NotFound,
        /not loaded/,
      );
    });

    it('should survive a model whose loading crashes it, and not load it again', async () => {
      const artifact = await fakeArtifact({ scale: 1 });
      const card = JSON.stringify({ ...JSON.parse(artifact.card), crashOnLoad: true });
      await expectError(
        () => engine.load('m@2', { predictor: 'cdmpp', artifact: { ...artifact, card } }),
        Code.Unavailable,
        /crashed/,
      );
      await until(() => engine.serving);
      expect(await engine.predict('m@0', { task, programs })).toHaveLength(2);
    });

    it('should be disposed of while it is down', async () => {
      await engine.predict('m@0', { task, programs: [program('!exit')] }).catch(() => undefined);
      await engine.dispose();
      expect(engine.serving).toBe(false);
      await expectError(
        () => engine.predict('m@0', { task, programs }),
        Code.Unavailable,
        /closed/,
      );
    });
  });

  it('should send a task anew once the worker had to forget it', async () => {
    const engine = create();
    await engine.load('m@0', { predictor: 'roofline', artifact: undefined });
    const [first] = await engine.predict('m@0', { task, programs });
    for (let extent = 100; extent < 360; extent += 1) {
      await engine.predict('m@0', { task: domainTask(extent), programs: [program('a')] });
    }
    expect((await engine.predict('m@0', { task, programs }))[0]).toEqual(first);
    await engine.dispose();
  });
});
