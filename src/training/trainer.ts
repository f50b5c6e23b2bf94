import { type Clock, createRng, type Rng, shuffle } from '../base';
import { Code, PredictorError } from '../errors';
import {
  createConstants,
  decayMask,
  fitStandardisation,
  fitTarget,
  initialValues,
  type LatencyModelConfig,
  layoutOf,
  type ModelState,
  type Normalisation,
} from '../model';
import type { FitProgress } from '../predictor';
import type { Tf } from '../tensor';
import { BatchSampler } from './batches';
import { createTrainingSet, type Example } from './examples';
import { AdamW, learningRateAt } from './optimizer';
import { DEFAULT_SETTINGS, stepsFor, type TrainingSettings } from './settings';
import { StepRunner } from './step-runner';

export interface TrainingRequest {
  readonly config: LatencyModelConfig;
  readonly examples: readonly Example[];
  readonly seed: number;
  /** Begin from these weights and this normalisation; absent: from nothing. */
  readonly start?: ModelState;
  readonly settings?: TrainingSettings;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FitProgress) => void;
}

export interface TrainingResult {
  readonly state: ModelState;
  readonly steps: number;
  /** Steps that were passed over because a number was not finite. */
  readonly skippedSteps: number;
  /** Mean over the last tenth of the steps. */
  readonly loss: number;
  /** Loss on the held-out part of what is kept; undefined where nothing was held out. */
  readonly heldOutLoss: number | undefined;
  readonly seconds: number;
}

/** Steps between two breaths of the event loop, in which an abort can arrive. */
const STEPS_PER_BREATH = 8;
/** Stopped before this share of its steps, a model that began from nothing has learned nothing. */
const LEAST_SHARE_FROM_NOTHING = 0.5;
/** More steps than this share gone wrong, and the training has. */
const MOST_SKIPPED_SHARE = 0.1;

/**
 * Trains a latency model; the same request gives the same weights on the same
 * machine. Stopped by its signal, it returns what it has, or CANCELLED where that
 * is not yet worth the name. ABORTED where the training diverges. Leaves no tensor
 * behind.
 */
export async function train(tf: Tf, request: TrainingRequest): Promise<TrainingResult> {
  const { config, clock, onProgress, signal, settings = DEFAULT_SETTINGS } = request;
  const startMs = clock.nowMs();
  const rng = createRng(request.seed);
  const { learned, heldOut } = holdOut(request.examples, settings, rng);
  const normalisation = request.start?.normalisation ?? fitNormalisation(config, learned);
  const layout = layoutOf(config);
  const set = createTrainingSet(learned, settings.evenShare);
  const sampler = new BatchSampler(set, settings.batches, rng);
  const steps = stepsFor(settings, sampler.stepsPerPass);
  const constants = createConstants(tf, config, normalisation);
  const initial = request.start?.values ?? initialValues(layout, rng);
  const optimizer = new AdamW(tf, initial, decayMask(layout), settings.optimizer);
  const runner = new StepRunner(tf, { config, layout, constants, normalisation, settings, rng });
  try {
    const losses: number[] = [];
    let skippedSteps = 0;
    let step = 0;
    let best: { loss: number; values: Float32Array } | undefined;
    const lookEvery = Math.max(1, Math.round(steps * settings.evaluateEvery));
    for (; step < steps && !signal?.aborted; step++) {
      const rate = learningRateAt(
        step,
        steps,
        settings.peakLearningRate,
        Math.ceil(steps * settings.warmUpShare),
      );
      const loss = runner.step(optimizer, set, sampler.next(), rate);
      if (loss === undefined) skippedSteps++;
      else losses.push(loss);
      if (heldOut.length > 0 && (step + 1) % lookEvery === 0) {
        const values = optimizer.averaged();
        const heldOutLoss = runner.evaluate(values, heldOut);
        if (best === undefined || heldOutLoss < best.loss) best = { loss: heldOutLoss, values };
      }
      if ((step + 1) % STEPS_PER_BREATH === 0) {
        onProgress?.({ step: step + 1, steps, loss: losses.at(-1) ?? Number.NaN });
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const values = best?.values ?? optimizer.averaged();
    requireConvergence(step, skippedSteps, values);
    requireLearning(step, steps, request.start !== undefined);
    const last = losses.slice(-Math.max(1, Math.ceil(losses.length / 10)));
    const loss = last.reduce((sum, value) => sum + value, 0) / Math.max(1, last.length);
    onProgress?.({ step, steps, loss });
    return {
      state: { config, normalisation, values },
      steps: step,
      skippedSteps,
      loss,
      heldOutLoss: best?.loss,
      seconds: (clock.nowMs() - startMs) / 1000,
    };
  } finally {
    optimizer.dispose();
    tf.dispose({ ...constants });
  }
}

/** Fitted on what is learned from, never on what is held out. */
export function fitNormalisation(
  config: LatencyModelConfig,
  examples: readonly Example[],
): Normalisation {
  const target = fitTarget(examples.map((example) => example.logRatio));
  return {
    leaf: fitStandardisation(
      examples.map((example) => example.program.leaves),
      config.leafWidth,
    ),
    device: fitStandardisation(
      examples.map((example) => example.device),
      config.deviceWidth,
    ),
    targetMean: target.mean,
    targetDeviation: target.deviation,
  };
}

function holdOut(
  examples: readonly Example[],
  settings: TrainingSettings,
  rng: Rng,
): { learned: readonly Example[]; heldOut: readonly Example[] } {
  if (examples.length < settings.holdOutFrom) return { learned: examples, heldOut: [] };
  const order = shuffle(
    examples.map((_, i) => i),
    rng,
  );
  const count = Math.round(examples.length * settings.holdOutShare);
  const chosen = new Set(order.slice(0, count));
  return {
    learned: examples.filter((_, i) => !chosen.has(i)),
    heldOut: examples.filter((_, i) => chosen.has(i)),
  };
}

function requireConvergence(steps: number, skipped: number, values: Float32Array): void {
  if (skipped > steps * MOST_SKIPPED_SHARE || !values.every(Number.isFinite)) {
    throw new PredictorError(
      Code.Aborted,
      `training diverged: ${skipped} of ${steps} steps had a loss that is not finite; ` +
        'the weights from before are kept',
    );
  }
}

/** What was stopped early must not pass for a trained model. */
function requireLearning(done: number, steps: number, startedFromWeights: boolean): void {
  const least = startedFromWeights ? 1 : Math.ceil(steps * LEAST_SHARE_FROM_NOTHING);
  if (done < least) {
    throw new PredictorError(
      Code.Cancelled,
      `training was stopped after ${done} of ${steps} steps; it needs ${least} to be of use`,
    );
  }
}
