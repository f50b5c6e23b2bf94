import { createRng, systemClock } from '../../src/base';
import { Code } from '../../src/errors';
import { openBackend } from '../../src/tensor';
import {
  DEFAULT_SETTINGS,
  type Example,
  predictExamples,
  type TrainingRequest,
  type TrainingResult,
  type TrainingSettings,
  train,
} from '../../src/training';
import { smallConfig } from '../model/sample-model';
import { expectError } from '../support/expect-error';
import { expectNoLeakedTensors } from '../support/expect-no-leaked-tensors';
import '../support/to-be-allclose';
import { pairwiseAccuracy, sampleExamples } from './sample-examples';

const tf = openBackend('native');
const rng = createRng(41);
const examples = sampleExamples(rng, smallConfig, 64);
const unseen = sampleExamples(rng, smallConfig, 200);
const settings: TrainingSettings = {
  ...DEFAULT_SETTINGS,
  leastSteps: 40,
  mostSteps: 40,
  leafNoise: 0,
};
const config = { ...smallConfig, decoders: 1, layers: 1 };
const request: TrainingRequest = {
  config,
  examples,
  seed: 1,
  settings,
  clock: systemClock,
};
const logLatencies = (of: readonly Example[]) => of.map(({ logLatency }) => logLatency);

function accuracyOf({ state }: Pick<TrainingResult, 'state'>): number {
  return pairwiseAccuracy(predictExamples(tf, state, unseen).latencySeconds, logLatencies(unseen));
}

describe('train()', () => {
  it('should rank programs that it has not seen', async () => {
    const few = { ...settings, leastSteps: 120, mostSteps: 120 };
    const result = await train(tf, { ...request, settings: few });
    const { loss, steps, skippedSteps } = result;
    expect({ steps, skippedSteps }).toEqual({ steps: 120, skippedSteps: 0 });
    expect(Number.isFinite(loss)).toBe(true);
    expect(accuracyOf(result)).toBeGreaterThan(0.72);
  });

  it.each(['log-ratio', 'log', 'box-cox'] as const)(
    'should learn a small set by heart, whatever the labels are: %s',
    async (label) => {
      const few = sampleExamples(createRng(7), smallConfig, 24);
      const { state } = await train(tf, {
        ...request,
        examples: few,
        settings: {
          ...settings,
          label,
          shrinkage: 0,
          evenShare: 1,
          leastSteps: 300,
          mostSteps: 300,
          loss: { ...settings.loss, relativeWeight: 1, rankingWeight: 1 },
        },
      });
      const { latencySeconds, logDeviation } = predictExamples(tf, state, few);
      const errors = few.map(({ logLatency }, i) =>
        Math.abs((latencySeconds[i] as number) / Math.exp(logLatency) - 1),
      );
      expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.12);
      expect(logDeviation.every((deviation) => deviation > 0)).toBe(true);
    },
  );

  it('should give the same weights for the same seed, and others for another', async () => {
    const noisy = { ...request, settings: { ...settings, leafNoise: 0.3 } };
    const first = await train(tf, noisy);
    const again = await train(tf, noisy);
    const other = await train(tf, { ...noisy, seed: 2 });
    expect(Array.from(again.state.values)).toEqual(Array.from(first.state.values));
    expect(Array.from(other.state.values)).not.toEqual(Array.from(first.state.values));
  });

  it('should begin from the weights that it is given', async () => {
    const learned = await train(tf, request);
    const few = { ...settings, leastSteps: 2, mostSteps: 2, peakLearningRate: 1e-5 };
    const more = await train(tf, { ...request, start: learned.state, settings: few });
    expect(more.state.normalisation).toEqual(learned.state.normalisation);
    expect(more.state.values).toBeAllclose(learned.state.values, { absolute: 1e-3 });
    expect(accuracyOf(more)).toBeCloseTo(accuracyOf(learned), 2);
  });

  it('should believe less of what it learned from little', async () => {
    const share = async (more: Partial<TrainingRequest>) =>
      (await train(tf, { ...request, ...more })).state.normalisation.residualShare;
    expect(await share({})).toBeCloseTo(64 / (64 + 64), 10);
    expect(await share({ knownExamples: 64 * 3 })).toBeCloseTo((64 * 4) / (64 * 4 + 64), 10);
    expect(await share({ settings: { ...settings, shrinkage: 0 } })).toBe(1);
  });

  it('should hold a part out where there is enough, and fit nothing on it', async () => {
    const many = sampleExamples(createRng(42), smallConfig, 100);
    const validation = { ...settings.validation, holdOutFrom: 100, holdOutShare: 0.2 };
    const holding = { ...settings, validation };
    const result = await train(tf, { ...request, examples: many, settings: holding });
    expect(result.validation?.figures.loss).toBeGreaterThan(0);
    const all = await train(tf, { ...request, examples: many, settings });
    expect(all.validation).toBeUndefined();
    expect(result.state.normalisation.targetMean).not.toBe(all.state.normalisation.targetMean);
  });

  it.each(['loss', 'mape', 'pairwise'] as const)(
    'should keep the best weights by the figure asked for: %s',
    async (figure) => {
      const validation = { ...settings.validation, figure };
      const judged = { ...request, validation: unseen, settings: { ...settings, validation } };
      const result = await train(tf, judged);
      const looks = result.history.map((point) => point.validation?.objective ?? Number.NaN);
      expect(looks).toHaveLength(20);
      expect(result.validation?.figures.objective).toBe(Math.min(...looks));
      if (figure === 'loss') return;
      const { latencySeconds } = predictExamples(tf, result.state, unseen);
      const figures = result.validation?.figures;
      expect(figures?.pairwiseAccuracy).toBeCloseTo(
        pairwiseAccuracy(latencySeconds, logLatencies(unseen)),
        10,
      );
      const errors = unseen.map(({ logLatency }, i) =>
        Math.abs((latencySeconds[i] as number) / Math.exp(logLatency) - 1),
      );
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      expect(figures?.mapePercent).toBeCloseTo(100 * mean, 8);
    },
  );

  it('should end early where nothing gets better', async () => {
    const validation = { ...settings.validation, figure: 'pairwise' as const, patience: 2 };
    const still = { ...settings, validation, peakLearningRate: 1e-30 };
    const result = await train(tf, { ...request, validation: unseen, settings: still });
    // The first look is the best; two more are none the better.
    expect(result.steps).toBe(3 * (40 / 20));
    expect(result.validation?.step).toBe(40 / 20);
  });

  it('should draw the programs that it learns from to those of the target', async () => {
    const away = sampleExamples(createRng(50), smallConfig, 64).map((example) => ({
      ...example,
      program: { ...example.program, leaves: example.program.leaves.map((x) => x + 4) },
    }));
    const cmd = { weight: 5, moments: 5, programsPerStep: 32 };
    const drawn = { ...settings, cmd };
    const without = await train(tf, { ...request, target: away });
    const unmoved = await train(tf, { ...request, settings: drawn });
    const moved = await train(tf, { ...request, settings: drawn, target: away });
    expect(Array.from(unmoved.state.values)).toEqual(Array.from(without.state.values));
    expect(Array.from(moved.state.values)).not.toEqual(Array.from(without.state.values));
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
    await expectError(() => train(tf, stopped), Code.Cancelled, /after 0 of 40 steps.*needs 20/);
    const { state } = await train(tf, request);
    await expectError(
      () => train(tf, { ...stopped, start: state, knownExamples: 64 }),
      Code.Cancelled,
      /needs 1/,
    );
  });

  it('should fail where it diverges', async () => {
    const broken = examples.map((example) => ({ ...example, logLatency: Number.NaN }));
    await expectError(
      () => train(tf, { ...request, examples: broken }),
      Code.Aborted,
      /diverged: 40 of 40 steps/,
    );
  });

  it.each([[[]], [['device-1', 'device-3']]])(
    'should learn from several tasks and devices at once, with rows for %j',
    async (deviceNames) => {
      const two = [1, 3].flatMap((scale) =>
        sampleExamples(createRng(scale), smallConfig, 48, {
          taskId: `${scale}`,
          scale,
          mostLeaves: 9,
        }),
      );
      const { state } = await train(tf, {
        ...request,
        config: { ...config, deviceNames },
        examples: two,
        settings: { ...settings, leastSteps: 120, mostSteps: 120, shrinkage: 0 },
      });
      const [slow, fast] = [3, 1].map((scale) => {
        const device = new Float32Array(smallConfig.deviceWidth).fill(scale);
        const on = unseen.map((each) => ({ ...each, device, deviceName: `device-${scale}` }));
        const { latencySeconds } = predictExamples(tf, state, on);
        return latencySeconds.reduce((sum, s) => sum + Math.log(s), 0) / latencySeconds.length;
      }) as [number, number];
      expect(slow - fast).toBeGreaterThan(0.5 * Math.log(3));
    },
  );

  it('should leave no tensor behind, whether it ends, stops or fails', () =>
    expectNoLeakedTensors(tf, async () => {
      const brief: TrainingSettings = {
        ...settings,
        leastSteps: 4,
        mostSteps: 4,
        leafNoise: 0.1,
        cmd: { weight: 1, moments: 5, programsPerStep: 8 },
        validation: { ...settings.validation, figure: 'mape', holdOutFrom: 60 },
        loss: { ...settings.loss, relativeWeight: 1 },
      };
      const named = { ...config, deviceNames: ['device-1'] };
      await train(tf, { ...request, config: named, settings: brief, target: unseen });
      const broken = examples.map((example) => ({ ...example, logLatency: Number.NaN }));
      await expectError(
        () => train(tf, { ...request, examples: broken, settings: brief }),
        Code.Aborted,
        /diverged/,
      );
    }));
});
