import { createRng, systemClock } from '../../src/base';
import { Code } from '../../src/errors';
import { LatencyModel } from '../../src/model';
import { openBackend } from '../../src/tensor';
import { DEFAULT_SETTINGS, type TrainingRequest, train } from '../../src/training';
import { smallConfig } from '../model/sample-model';
import { expectError } from '../support/expect-error';
import { expectNoLeakedTensors } from '../support/expect-no-leaked-tensors';
import '../support/to-be-allclose';
import { pairwiseAccuracy, sampleExamples } from './sample-examples';

const tf = openBackend('native');
const rng = createRng(41);
const examples = sampleExamples(rng, smallConfig, 64);
const unseen = sampleExamples(rng, smallConfig, 200);
const settings = { ...DEFAULT_SETTINGS, leastSteps: 40, mostSteps: 40 };
const config = { ...smallConfig, decoders: 1, layers: 1 };
const request: TrainingRequest = {
  config,
  examples,
  seed: 1,
  settings,
  clock: systemClock,
};

function accuracyOf(state: Awaited<ReturnType<typeof train>>['state']): number {
  const model = new LatencyModel(tf, state);
  const { means } = model.predict(
    unseen.map(({ program }) => program),
    unseen[0]?.device as Float32Array,
  );
  model.dispose();
  return pairwiseAccuracy(
    means,
    unseen.map(({ logRatio }) => logRatio),
  );
}

describe('train()', () => {
  it('should rank programs that it has not seen', async () => {
    const few = { ...settings, leastSteps: 120, mostSteps: 120 };
    const { state, loss, steps, skippedSteps } = await train(tf, { ...request, settings: few });
    expect({ steps, skippedSteps }).toEqual({ steps: 120, skippedSteps: 0 });
    expect(Number.isFinite(loss)).toBe(true);
    expect(accuracyOf(state)).toBeGreaterThan(0.72);
  });

  it('should give the same weights for the same seed, and others for another', async () => {
    const first = await train(tf, request);
    const again = await train(tf, request);
    const other = await train(tf, { ...request, seed: 2 });
    expect(Array.from(again.state.values)).toEqual(Array.from(first.state.values));
    expect(Array.from(other.state.values)).not.toEqual(Array.from(first.state.values));
  });

  it('should begin from the weights that it is given', async () => {
    const learned = await train(tf, request);
    const few = { ...settings, leastSteps: 2, mostSteps: 2, peakLearningRate: 1e-5 };
    const more = await train(tf, { ...request, start: learned.state, settings: few });
    expect(more.state.normalisation).toBe(learned.state.normalisation);
    expect(more.state.values).toBeAllclose(learned.state.values, { absolute: 1e-3 });
    expect(accuracyOf(more.state)).toBeCloseTo(accuracyOf(learned.state), 2);
  });

  it('should hold a part out where there is enough, and fit nothing on it', async () => {
    const many = sampleExamples(createRng(42), smallConfig, 100);
    const holding = { ...settings, holdOutFrom: 100, holdOutShare: 0.2 };
    const result = await train(tf, { ...request, examples: many, settings: holding });
    expect(result.heldOutLoss).toBeGreaterThan(0);
    const all = await train(tf, { ...request, examples: many, settings });
    expect(all.heldOutLoss).toBeUndefined();
    expect(result.state.normalisation.targetMean).not.toBe(all.state.normalisation.targetMean);
  });

  it('should stop when told to, with what it has', async () => {
    const controller = new AbortController();
    const progress: number[] = [];
    const result = await train(tf, {
      ...request,
      signal: controller.signal,
      onProgress: ({ step, steps }) => {
        expect(steps).toBe(40);
        progress.push(step);
        if (step >= 24) controller.abort();
      },
    });
    expect(result.steps).toBe(24);
    expect(progress).toEqual([8, 16, 24, 24]);
    expect(result.state.values.every(Number.isFinite)).toBe(true);
  });

  it('should not pass for trained where it was stopped too early', async () => {
    const stopped = { ...request, signal: AbortSignal.abort() };
    await expectError(() => train(tf, stopped), Code.Cancelled, /after 0 of 40 steps/);
    const { state } = await train(tf, request);
    await expectError(() => train(tf, { ...stopped, start: state }), Code.Cancelled, /needs 1/);
  });

  it('should fail where it diverges', async () => {
    const broken = examples.map((example) => ({ ...example, logRatio: Number.NaN }));
    await expectError(
      () => train(tf, { ...request, examples: broken }),
      Code.Aborted,
      /diverged: 40 of 40 steps/,
    );
  });

  it('should learn from several tasks and devices at once', async () => {
    const two = [1, 3].flatMap((scale) =>
      sampleExamples(createRng(scale), smallConfig, 48, {
        taskId: `${scale}`,
        scale,
        mostLeaves: 9,
      }),
    );
    const { state } = await train(tf, {
      ...request,
      examples: two,
      settings: { ...settings, leastSteps: 120, mostSteps: 120 },
    });
    const model = new LatencyModel(tf, state);
    const [slow, fast] = [3, 1].map((scale) => {
      const device = new Float32Array(smallConfig.deviceWidth).fill(scale);
      const { means } = model.predict(
        unseen.map(({ program }) => program),
        device,
      );
      return means.reduce((sum, mean) => sum + mean, 0) / means.length;
    }) as [number, number];
    model.dispose();
    expect(slow - fast).toBeGreaterThan(0.5 * Math.log(3));
  });

  it('should leave no tensor behind, whether it ends, stops or fails', () =>
    expectNoLeakedTensors(tf, async () => {
      const brief = { ...settings, leastSteps: 4, mostSteps: 4, holdOutFrom: 60 };
      await train(tf, { ...request, settings: brief });
      const broken = examples.map((example) => ({ ...example, logRatio: Number.NaN }));
      await expectError(
        () => train(tf, { ...request, examples: broken, settings: brief }),
        Code.Aborted,
        /diverged/,
      );
    }));
});
