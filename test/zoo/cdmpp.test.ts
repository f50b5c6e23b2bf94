import { createRng, systemClock } from '../../src/base';
import { Code } from '../../src/errors';
import type { Prediction } from '../../src/predictor';
import { openBackend } from '../../src/tensor';
import { DEFAULT_SETTINGS } from '../../src/training';
import { type CdmppOptions, CdmppPredictor } from '../../src/zoo';
import { describePredictorContract } from '../contracts/predictor.contract';
import { expectError } from '../support/expect-error';
import { expectNoLeakedTensors } from '../support/expect-no-leaked-tensors';
import { pairwiseAccuracy } from '../training/sample-examples';
import {
  syntheticLatency,
  syntheticProgram,
  syntheticRecord,
  syntheticRecords,
  syntheticSource,
  syntheticTask,
} from './synthetic-features';

const tf = openBackend('native');
const settings = { ...DEFAULT_SETTINGS, leastSteps: 50, mostSteps: 50 };
const sizes = { width: 16, heads: 2, feedForwardWidth: 32, decoderWidth: 16 };

function create(options: Partial<CdmppOptions> = {}): CdmppPredictor {
  return new CdmppPredictor({
    openTensors: () => tf,
    features: syntheticSource(),
    clock: systemClock,
    sizes,
    settings,
    ...options,
  });
}

const latencies = (predictions: readonly Prediction[]) =>
  predictions.map((each) => (each.ok ? each.latencySeconds : Number.NaN));

describePredictorContract('cdmpp on synthetic features', {
  create: async () => ({ predictor: create() }),
  fixture: {
    task: syntheticTask(),
    programs: Array.from({ length: 7 }, (_, i) => syntheticProgram(createRng(i), 1 + 4 * i)),
    records: syntheticRecords(createRng(1), 32),
  },
});

describe('CdmppPredictor', () => {
  it('should refuse to predict or save before it has learned', async () => {
    const predictor = create();
    const batch = { task: syntheticTask(), programs: [syntheticProgram(createRng(1))] };
    for (const action of [() => predictor.predict(batch), () => predictor.save()]) {
      await expectError(action, Code.FailedPrecondition, /learned nothing yet/);
    }
  });

  it('should not open TensorFlow before it needs it', async () => {
    const openTensors = jest.fn(() => tf);
    const predictor = create({ openTensors });
    await predictor.describe();
    expect(openTensors).not.toHaveBeenCalled();
    await predictor.dispose();
  });

  it('should learn latencies in seconds, and order', async () => {
    const predictor = create({ settings: { ...settings, leastSteps: 150, mostSteps: 150 } });
    const rng = createRng(2);
    const task = syntheticTask();
    await predictor.fit(syntheticRecords(rng, 96), { seed: 1 });
    const programs = Array.from({ length: 100 }, () => syntheticProgram(rng));
    const predicted = latencies(await predictor.predict({ task, programs }));
    const actual = programs.map(syntheticLatency);
    await predictor.dispose();
    expect(pairwiseAccuracy(predicted, actual)).toBeGreaterThan(0.85);
    const errors = predicted.map((latency, i) =>
      Math.abs(Math.log(latency / (actual[i] as number))),
    );
    expect(errors.sort((a, b) => a - b)[50]).toBeLessThan(0.25);
  });

  it('should learn on from what it knows: more of it anew, little of it by tuning', async () => {
    const rng = createRng(3);
    const task = syntheticTask();
    const records = syntheticRecords(rng, 80);
    const programs = records.map(({ record }) => record.program);
    // Hardly a training: what it begins from shows.
    const still = { ...settings, leastSteps: 1, mostSteps: 1, peakLearningRate: 1e-9 };
    const taught = create();
    await taught.fit(records.slice(0, 40), { seed: 1 });
    const before = latencies(await taught.predict({ task, programs }));
    const likeness = async (count: number) => {
      const predictor = create({ settings: still });
      await predictor.load(await taught.save());
      await predictor.fit(records.slice(0, count), { seed: 2 });
      const after = latencies(await predictor.predict({ task, programs }));
      const { normalisedOn } = JSON.parse((await predictor.save()).card).training;
      await predictor.dispose();
      return { normalisedOn, likeness: pairwiseAccuracy(after, before) };
    };
    const [tuned, again, grown] = [await likeness(20), await likeness(60), await likeness(80)];
    await taught.dispose();
    expect([tuned, again, grown].map((each) => each.normalisedOn)).toEqual([40, 40, 80]);
    expect(tuned.likeness).toBeGreaterThan(0.99);
    for (const each of [again, grown]) {
      expect(each.likeness).toBeLessThan(0.99);
      expect(each.likeness).toBeGreaterThan(0.55);
    }
  });

  it('should extract a record once, and know the records of another store', async () => {
    const features = syntheticSource();
    const predictor = create({ features, settings: { ...settings, leastSteps: 2, mostSteps: 2 } });
    const task = syntheticTask();
    const records = syntheticRecords(createRng(4), 40);
    await predictor.fit(records, { seed: 1 });
    expect(features.extracted.count).toBe(40);
    await predictor.fit([...records, syntheticRecord(task, syntheticProgram(createRng(5)), 41)], {
      seed: 1,
    });
    expect(features.extracted.count).toBe(41);
    const other = records.map((each) => ({
      ...each,
      record: { ...each.record, idempotencyKey: `other/${each.sequence}` },
    }));
    await predictor.fit(other, { seed: 1 });
    expect(features.extracted.count).toBe(41 + 40);
    await predictor.dispose();
  });

  it('should prepare a task once', async () => {
    const features = syntheticSource();
    const predictor = create({ features, settings: { ...settings, leastSteps: 2, mostSteps: 2 } });
    await predictor.fit(syntheticRecords(createRng(6), 20), { seed: 1 });
    const programs = [syntheticProgram(createRng(7))];
    for (const id of ['task', 'b', 'task', 'b']) {
      await predictor.predict({ task: syntheticTask(id), programs });
    }
    expect(features.made).toEqual(['task', 'b']);
    await predictor.dispose();
  });

  it('should keep what it knows when a training diverges', async () => {
    const predictor = create();
    const records = syntheticRecords(createRng(8), 32);
    const task = syntheticTask();
    const programs = records.map(({ record }) => record.program);
    await predictor.fit(records, { seed: 1 });
    const before = await predictor.predict({ task, programs });
    const settled = await predictor.describe();
    await predictor.dispose();
    const diverging = create({ settings: { ...settings, peakLearningRate: Number.NaN } });
    const taught = create();
    await taught.fit(records, { seed: 1 });
    await diverging.load(await taught.save());
    await expectError(() => diverging.fit(records, { seed: 1 }), Code.Aborted, /diverged/);
    expect(await diverging.predict({ task, programs })).toEqual(before);
    expect((await diverging.describe()).weightsSha256).toBe(settled.weightsSha256);
    await diverging.dispose();
    await taught.dispose();
  });

  it('should not learn from a program whose features are no numbers', async () => {
    const predictor = create();
    const records = syntheticRecords(createRng(9), 20);
    const odd = { loopNest: '[[1e999, 0, 0, 0]]', transformSteps: '' };
    const summary = await predictor.fit(
      [...records, { ...(records[0] as (typeof records)[0]), sequence: 21 }].map((each, i) =>
        i === 20 ? { ...each, record: { ...each.record, program: odd } } : each,
      ),
      { seed: 1 },
    );
    expect(summary.trainedOn).toBe(20);
    await predictor.dispose();
  });

  it('should leave no tensor behind', () =>
    expectNoLeakedTensors(tf, async () => {
      const predictor = create({ settings: { ...settings, leastSteps: 3, mostSteps: 3 } });
      const records = syntheticRecords(createRng(10), 20);
      await predictor.fit(records, { seed: 1 });
      await predictor.fit(records, { seed: 2 });
      await predictor.load(await predictor.save());
      const programs = records.map(({ record }) => record.program);
      await predictor.predict({ task: syntheticTask(), programs });
      await predictor.dispose();
    }));
});
