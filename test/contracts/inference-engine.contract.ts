import { Code } from '../../src/errors';
import type { ModelArtifact } from '../../src/predictor';
import type { InferenceEngine } from '../../src/serving/inference-engine';
import { domainTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';
import { fakeArtifact, program } from '../support/fake-models';

/** What every InferenceEngine does; the predictors are those of `fake-registry`. */
export function inferenceEngineContract(create: () => InferenceEngine): void {
  let engine: InferenceEngine;
  let trained: ModelArtifact;
  const task = domainTask();
  const programs = [program('a'), program('b'), program('c')];

  beforeEach(async () => {
    engine = create();
    trained = await fakeArtifact({ scale: 4 });
    await engine.load('m@0', { predictor: 'roofline', artifact: undefined });
  });
  afterEach(() => engine.dispose());

  it('should answer each program, in order, whatever else is in the batch', async () => {
    const together = await engine.predict('m@0', { task, programs });
    const alone = await Promise.all(
      programs.map((one) => engine.predict('m@0', { task, programs: [one] })),
    );
    expect(together).toEqual(alone.flat());
    expect(new Set(together.map((answer) => answer.ok && answer.latencySeconds)).size).toBe(3);
    expect(await engine.predict('m@0', { task, programs: [] })).toEqual([]);
  });

  it('should fail a program alone, with code and reason', async () => {
    const bad = [program('a'), program('!unreadable'), program('c')];
    const [first, second, third] = await engine.predict('m@0', { task, programs: bad });
    expect(second).toEqual({
      ok: false,
      failure: 'unreadable',
      code: Code.InvalidArgument,
      reason: 'line 1: told so',
    });
    expect([first, third]).toEqual(
      await engine.predict('m@0', { task, programs: [program('a'), program('c')] }),
    );
  });

  it('should say what it loaded, and answer by key', async () => {
    const description = await engine.load('m@1', { predictor: 'cdmpp', artifact: trained });
    expect(description).toMatchObject({ predictor: 'cdmpp', trainedOn: 3, parameterCount: 1 });
    const [estimate] = await engine.predict('m@0', { task, programs });
    const [learned] = await engine.predict('m@1', { task, programs });
    if (!estimate?.ok || !learned?.ok) throw new Error('expected two latencies');
    expect(learned.latencySeconds).toBe(4 * estimate.latencySeconds);
  });

  it('should prepare a predictor of the registry, and answer as before', async () => {
    const before = await engine.predict('m@0', { task, programs });
    await engine.prepare('cdmpp');
    await expectError(() => engine.prepare('gcn'), Code.NotFound, /"gcn" is not known/);
    await engine.load('m@1', { predictor: 'cdmpp', artifact: trained });
    expect(await engine.predict('m@0', { task, programs })).toEqual(before);
  });

  it('should tell tasks apart', async () => {
    const larger = domainTask(16);
    const [small] = await engine.predict('m@0', { task, programs });
    const [large] = await engine.predict('m@0', { task: larger, programs });
    const [again] = await engine.predict('m@0', { task, programs });
    if (!small?.ok || !large?.ok) throw new Error('expected two latencies');
    expect(large.latencySeconds).toBe((16 / 8) * small.latencySeconds);
    expect(again).toEqual(small);
  });

  it('should refuse what it cannot load, and go on', async () => {
    const torn = { ...trained, weights: Uint8Array.from([1]) };
    await expectError(
      () => engine.load('m@1', { predictor: 'cdmpp', artifact: torn }),
      Code.InvalidArgument,
      /artifact does not fit/,
    );
    await expectError(
      () => engine.load('m@1', { predictor: 'gcn', artifact: undefined }),
      Code.NotFound,
      /"gcn" is not known/,
    );
    await expectError(
      () => engine.load('m@0', { predictor: 'roofline', artifact: undefined }),
      Code.AlreadyExists,
      /"m@0"/,
    );
    expect(await engine.predict('m@0', { task, programs })).toHaveLength(3);
    await engine.load('m@1', { predictor: 'cdmpp', artifact: trained });
  });

  it('should answer what came before an unload, and nothing after it', async () => {
    const before = engine.predict('m@0', { task, programs });
    await engine.unload('m@0');
    expect(await before).toHaveLength(3);
    await expectError(
      () => engine.predict('m@0', { task, programs }),
      Code.NotFound,
      /"m@0" is not loaded/,
    );
    await engine.unload('m@7');
  });

  it('should fail a batch that the predictor throws on, and go on', async () => {
    const throwing = { task, programs: [program('!throw')] };
    await expectError(() => engine.predict('m@0', throwing), Code.Internal, /told to throw/);
    expect(await engine.predict('m@0', { task, programs })).toHaveLength(3);
  });

  it('should refuse calls once disposed', async () => {
    await engine.dispose();
    await expectError(() => engine.predict('m@0', { task, programs }), Code.Unavailable, /closed/);
  });
}
