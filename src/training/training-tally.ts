import type { Clock } from '../base';
import type { TrainingPoint } from './training-point';
import type { ValidationFigures } from './validation';

/** What is counted of a training; numbers of the trainings that it goes on from are in it. */
export interface TallyState {
  /** Of each step that was taken. */
  readonly losses: readonly number[];
  /** Of them, those that are in a point of the history. */
  readonly lossesInPoints: number;
  readonly skippedSteps: number;
  /** Programs that steps were taken on. */
  readonly samples: number;
  /** Of the whole, and of the steps alone. */
  readonly seconds: number;
  readonly stepSeconds: number;
  readonly history: readonly TrainingPoint[];
}

/** Counts steps, losses and time. */
export class TrainingTally {
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #secondsBefore: number;
  readonly #losses: number[];
  readonly #history: TrainingPoint[];
  #skippedSteps: number;
  #samples: number;
  #stepSeconds: number;
  #lossesInPoints: number;

  constructor(clock: Clock, before?: TallyState) {
    this.#clock = clock;
    this.#startMs = clock.nowMs();
    this.#secondsBefore = before?.seconds ?? 0;
    this.#losses = [...(before?.losses ?? [])];
    this.#history = [...(before?.history ?? [])];
    this.#skippedSteps = before?.skippedSteps ?? 0;
    this.#samples = before?.samples ?? 0;
    this.#stepSeconds = before?.stepSeconds ?? 0;
    this.#lossesInPoints = before?.lossesInPoints ?? 0;
  }

  get skippedSteps(): number {
    return this.#skippedSteps;
  }

  get history(): readonly TrainingPoint[] {
    return this.#history;
  }

  get seconds(): number {
    return this.#secondsBefore + (this.#clock.nowMs() - this.#startMs) / 1000;
  }

  get samplesPerSecond(): number {
    return this.#stepSeconds > 0 ? this.#samples / this.#stepSeconds : 0;
  }

  /** NaN before the first. */
  get lastLoss(): number {
    return this.#losses.at(-1) ?? Number.NaN;
  }

  /** Mean over the last tenth of the steps. */
  get recentLoss(): number {
    return meanOf(this.#losses.slice(-Math.max(1, Math.ceil(this.#losses.length / 10))));
  }

  /** Runs one step, which returns its loss, or undefined where it was passed over. */
  step(samples: number, take: () => number | undefined): void {
    const startMs = this.#clock.nowMs();
    const loss = take();
    this.#stepSeconds += (this.#clock.nowMs() - startMs) / 1000;
    this.#samples += samples;
    if (loss === undefined) this.#skippedSteps++;
    else this.#losses.push(loss);
  }

  addPoint(step: number, learningRate: number, validation: ValidationFigures | undefined): void {
    const loss = meanOf(this.#losses.slice(this.#lossesInPoints));
    this.#lossesInPoints = this.#losses.length;
    this.#history.push({ step, loss, learningRate, validation });
  }

  state(): TallyState {
    return {
      losses: [...this.#losses],
      lossesInPoints: this.#lossesInPoints,
      skippedSteps: this.#skippedSteps,
      samples: this.#samples,
      seconds: this.seconds,
      stepSeconds: this.#stepSeconds,
      history: [...this.#history],
    };
  }
}

/** 0 of nothing. */
function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
