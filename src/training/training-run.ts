import { createRng, type ResumableRng, restoreRng } from '../base';
import { Code, PredictorError } from '../errors';
import { decayMask, initialValues, layoutOf, type ModelState } from '../model';
import type { Tf } from '../tensor';
import { BatchSampler } from './batches';
import type { TrainingCheckpoint } from './checkpoint';
import { createTrainingSet, type TrainingSet } from './examples';
import { fitGapUnit, fitNormalisation } from './fit-normalisation';
import { holdOut } from './hold-out';
import { AdamW, learningRateAt } from './optimizer';
import { DEFAULT_SETTINGS, stepsFor, type TrainingSettings } from './settings';
import { StepRunner } from './step-runner';
import { trainingIdentity } from './training-identity';
import type { TrainingRequest, TrainingResult } from './training-request';
import { TrainingTally } from './training-tally';
import { BestWeights } from './validation';
import { Validator } from './validator';

/** Steps between two breaths of the event loop, in which an abort can arrive. */
const STEPS_PER_BREATH = 8;
/** Stopped before this share of its steps, a model that did not begin as one has learned nothing. */
const LEAST_SHARE_FROM_NOTHING = 0.5;
/** More steps than this share gone wrong, and the training has. */
const MOST_SKIPPED_SHARE = 0.1;
/** Streams of one seed that must not be each other's. */
const BATCH_STREAM = 0x5bd1e995;
const STEP_STREAM = 0x2545f491;

/** One training under way. Owns tensors from construction to `dispose`. */
export class TrainingRun {
  readonly #request: TrainingRequest;
  readonly #settings: TrainingSettings;
  readonly #identity: string;
  readonly #set: TrainingSet;
  readonly #sampler: BatchSampler;
  /** Noise, and what else a step draws. */
  readonly #rng: ResumableRng;
  readonly #optimizer: AdamW;
  readonly #runner: StepRunner;
  /** Undefined: nothing to judge by. */
  readonly #validator: Validator | undefined;
  readonly #best: BestWeights;
  readonly #tally: TrainingTally;
  /** Of what is trained, but for the weights. */
  readonly #shape: Omit<ModelState, 'values'>;
  readonly #steps: number;
  readonly #stepsPerLook: number;
  #step: number;
  #savedMs: number;

  /** @param before where to go on; FAILED_PRECONDITION where it is another training's */
  constructor(tf: Tf, request: TrainingRequest, before: TrainingCheckpoint | undefined) {
    const { settings = DEFAULT_SETTINGS, start, seed, clock, checkpoint } = request;
    this.#tally = new TrainingTally(clock, before?.tally);
    this.#savedMs = clock.nowMs();
    this.#request = request;
    this.#settings = settings;
    this.#identity = checkpoint === undefined ? '' : trainingIdentity(request, settings);
    if (before !== undefined) requireSame(before.identity, this.#identity);

    const rng = createRng(seed);
    const { learned, heldOut } =
      request.validation === undefined
        ? holdOut(request.examples, settings.validation, rng)
        : { learned: request.examples, heldOut: request.validation };
    const config = start?.config ?? request.config;
    const fitted = start?.normalisation ?? fitNormalisation(config, learned, settings.label);
    const known = learned.length + (request.knownExamples ?? 0);
    const normalisation = { ...fitted, residualShare: known / (known + settings.shrinkage) };
    this.#shape = { config, normalisation };
    this.#set = createTrainingSet(learned, settings.evenShare);
    const batchRng = createRng(seed ^ BATCH_STREAM);
    this.#sampler = new BatchSampler(this.#set, settings.batches, batchRng, before?.sampler);
    this.#steps = stepsFor(settings, this.#sampler.stepsPerPass);
    this.#stepsPerLook = Math.max(1, Math.round(this.#steps * settings.validation.everyShare));
    this.#step = before?.step ?? 0;

    const layout = layoutOf(config);
    const initial = before?.optimizer ?? start?.values ?? initialValues(layout, rng);
    this.#optimizer = new AdamW(tf, initial, decayMask(layout), settings.optimizer);
    this.#rng = before === undefined ? createRng(seed ^ STEP_STREAM) : restoreRng(before.rng);
    this.#runner = new StepRunner(tf, {
      config,
      normalisation,
      gapUnit: fitGapUnit(this.#set, normalisation.label),
      settings,
      target: request.target ?? [],
      rng: this.#rng,
    });
    this.#validator =
      heldOut.length > 0 ? new Validator(tf, this.#runner, settings, heldOut) : undefined;
    this.#best = new BestWeights(settings.validation, before?.best, before?.looksSince);
  }

  async toEnd(): Promise<TrainingResult> {
    const { signal } = this.#request;
    while (this.#step < this.#steps && !this.#best.isStuck && !signal?.aborted) {
      this.#takeStep();
      if (this.#step % STEPS_PER_BREATH === 0) {
        this.#report();
        await new Promise((resolve) => setImmediate(resolve));
        await this.#saveWhenDue();
      }
    }
    if (signal?.aborted) await this.#endEarly();
    const { best } = this.#best;
    const values = best?.values ?? this.#optimizer.averaged();
    this.#requireConvergence(values);
    this.#report();
    return {
      state: { ...this.#shape, values },
      steps: this.#step,
      skippedSteps: this.#tally.skippedSteps,
      loss: this.#tally.recentLoss,
      validation: best && { step: best.step, figures: best.figures },
      history: this.#tally.history,
      seconds: this.#tally.seconds,
      samplesPerSecond: this.#tally.samplesPerSecond,
    };
  }

  dispose(): void {
    this.#optimizer.dispose();
    this.#runner.dispose();
  }

  #takeStep(): void {
    const { peakLearningRate, warmUpShare } = this.#settings;
    const warmUpSteps = Math.ceil(this.#steps * warmUpShare);
    const rate = learningRateAt(this.#step, this.#steps, peakLearningRate, warmUpSteps);
    const batch = this.#sampler.next();
    this.#tally.step(batch.indices.length, () =>
      this.#runner.step(this.#optimizer, this.#set, batch, rate),
    );
    this.#step++;
    if (this.#step % this.#stepsPerLook === 0 || this.#step === this.#steps) this.#look(rate);
  }

  #look(learningRate: number): void {
    if (this.#validator === undefined) {
      this.#tally.addPoint(this.#step, learningRate, undefined);
      return;
    }
    const values = this.#optimizer.averaged();
    const figures = this.#validator.look({ ...this.#shape, values });
    this.#best.consider({ step: this.#step, figures, values });
    this.#tally.addPoint(this.#step, learningRate, figures);
  }

  #report(): void {
    this.#request.onProgress?.({
      step: this.#step,
      steps: this.#steps,
      loss: this.#tally.lastLoss,
      samplesPerSecond: this.#tally.samplesPerSecond,
      validation: this.#tally.history.at(-1)?.validation,
    });
  }

  async #saveWhenDue(): Promise<void> {
    const { checkpoint, clock, signal } = this.#request;
    // Stopped, it saves below.
    if (checkpoint === undefined || signal?.aborted) return;
    if (clock.nowMs() - this.#savedMs >= 1000 * checkpoint.everySeconds) await this.#save();
  }

  async #save(): Promise<void> {
    const { checkpoint, clock } = this.#request;
    await checkpoint?.save({
      identity: this.#identity,
      step: this.#step,
      optimizer: this.#optimizer.state(),
      sampler: this.#sampler.state(),
      rng: this.#rng.state(),
      best: this.#best.best,
      looksSince: this.#best.looksSince,
      tally: this.#tally.state(),
    });
    this.#savedMs = clock.nowMs();
  }

  /** What was stopped early must not pass for a trained model. */
  async #endEarly(): Promise<void> {
    const done = `training was stopped after ${this.#step} of ${this.#steps} steps`;
    if (this.#request.checkpoint !== undefined) {
      await this.#save();
      throw new PredictorError(Code.Cancelled, `${done}; its checkpoint is kept to go on from`);
    }
    const tunes = (this.#request.knownExamples ?? 0) > 0;
    const least = tunes ? 1 : Math.ceil(this.#steps * LEAST_SHARE_FROM_NOTHING);
    if (this.#step < least) {
      throw new PredictorError(Code.Cancelled, `${done}; it needs ${least} to be of use`);
    }
  }

  #requireConvergence(values: Float32Array): void {
    const skipped = this.#tally.skippedSteps;
    if (skipped > this.#step * MOST_SKIPPED_SHARE || !values.every(Number.isFinite)) {
      throw new PredictorError(
        Code.Aborted,
        `training diverged: ${skipped} of ${this.#step} steps had a loss that is not finite; ` +
          'the weights from before are kept',
      );
    }
  }
}

function requireSame(found: string, wanted: string): void {
  if (found === wanted) return;
  throw new PredictorError(
    Code.FailedPrecondition,
    'checkpoint: it is of other data, settings or seed; give what it was begun with, or begin anew without it',
  );
}
