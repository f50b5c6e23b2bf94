import { Code } from '../../src/errors';
import type { TrainingEngine, TrainingRequest } from '../../src/serving/training-engine';
import { domainGpuTask, domainRecord, domainTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';
import { fakeState, taskRecords } from '../support/fake-models';

/** What every TrainingEngine does; the predictors are those of `fake-registry`. */
export function trainingEngineContract(create: () => TrainingEngine): void {
  let engine: TrainingEngine;
  const cost = (number: number, seconds: number) =>
    domainRecord(number, { costsSeconds: [seconds] });
  const request: TrainingRequest = {
    predictor: 'cdmpp',
    seed: 7,
    targetKind: 'cpu',
    startFrom: undefined,
  };

  beforeEach(() => {
    engine = create();
  });
  afterEach(() => engine.dispose());

  it('should learn from the records it was given, over all tasks', async () => {
    await engine.add(taskRecords(1, [cost(1, 1)]));
    await engine.add(taskRecords(2, [cost(2, 2), cost(3, 6)], domainTask(16)));
    expect(engine.heldThrough).toBe(3);
    const progress: unknown[] = [];
    const { artifact, summary, description } = await engine.fit({
      ...request,
      onProgress: (step) => progress.push(step),
    });
    expect(summary).toEqual({
      trainedOn: 3,
      trainedThroughSequence: 3,
      trainingSeconds: 0.5,
      loss: 0.125,
    });
    expect(description.predictor).toBe('cdmpp');
    expect(fakeState(artifact)).toMatchObject({ scale: (1 + 2 + 6) / 3, seed: 7 });
    expect(progress).toEqual([{ step: 1, steps: 1, loss: 0.125 }]);
  });

  it('should keep what it has, and take each record once', async () => {
    await engine.add(taskRecords(1, [cost(1, 1), cost(2, 2)]));
    await engine.fit(request);
    await engine.add(taskRecords(2, [cost(2, 2), cost(3, 6)]));
    await engine.add(taskRecords(1, [cost(1, 1)]));
    expect(engine.heldThrough).toBe(3);
    const { artifact } = await engine.fit(request);
    expect(fakeState(artifact)).toMatchObject({ scale: (1 + 2 + 6) / 3, trainedOn: 3 });
  });

  it('should learn once from a record that comes again, with what was filled in', async () => {
    await engine.add(taskRecords(1, [cost(1, 1), cost(2, 2)]));
    await engine.add(taskRecords(3, [cost(1, 9)]));
    expect(engine.heldThrough).toBe(3);
    const { artifact, summary } = await engine.fit(request);
    expect(summary).toMatchObject({ trainedOn: 2, trainedThroughSequence: 3 });
    expect(fakeState(artifact)).toMatchObject({ scale: (9 + 2) / 2 });
  });

  it('should learn from the records of one kind of target, each kind by itself', async () => {
    await engine.add(taskRecords(1, [cost(1, 1), cost(2, 3)]));
    await engine.add(taskRecords(3, [cost(3, 8)], domainGpuTask()));
    const gpu = await engine.fit({ ...request, targetKind: 'gpu' });
    const cpu = await engine.fit(request);
    expect([fakeState(cpu.artifact).scale, fakeState(gpu.artifact).scale]).toEqual([2, 8]);
    const again = await engine.fit({ ...request, targetKind: 'gpu', startFrom: gpu.artifact });
    expect(fakeState(again.artifact)).toMatchObject({ scale: 8, trainedOn: 1, generation: 2 });
    expect(again.summary.trainedThroughSequence).toBe(3);
  });

  it('should start from what it is given, and from nothing where it is given nothing', async () => {
    await engine.add(taskRecords(1, [cost(1, 1)]));
    const first = await engine.fit(request);
    const second = await engine.fit({ ...request, startFrom: first.artifact });
    const third = await engine.fit({ ...request, startFrom: first.artifact });
    const anew = await engine.fit(request);
    const generations = [first, second, third, anew].map(
      ({ artifact }) => fakeState(artifact).generation,
    );
    expect(generations).toEqual([1, 2, 2, 1]);
  });

  it('should say where there is nothing to learn from, and go on', async () => {
    await engine.add(taskRecords(1, [domainRecord(1, { errorNumber: 4 })]));
    await expectError(() => engine.fit(request), Code.FailedPrecondition, /none of 1 is valid/);
    await engine.add(taskRecords(2, [cost(2, 2)]));
    expect((await engine.fit(request)).summary.trainedOn).toBe(1);
  });

  it('should refuse calls once disposed', async () => {
    await engine.dispose();
    await expectError(() => engine.fit(request), Code.Unavailable, /closed/);
    await expectError(() => engine.add(taskRecords(1, [cost(1, 1)])), Code.Unavailable, /closed/);
  });
}
