/** What a training is judged by while it runs, and the best that it has been. */

export const validationFigures = Object.freeze(['loss', 'mape', 'pairwise'] as const);
/** `loss`: the training's own; `mape`: mean relative error; `pairwise`: order within tasks. */
export type ValidationFigure = (typeof validationFigures)[number];

export interface ValidationSettings {
  /** What chooses the weights that are kept. */
  readonly figure: ValidationFigure;
  /** Share of the steps between two looks. */
  readonly everyShare: number;
  /** Looks without a better figure after which the training ends; 0: it never ends early. */
  readonly patience: number;
  /** From so many examples on, where no others are given to judge by, a part is held out. */
  readonly holdOutFrom: number;
  readonly holdOutShare: number;
}

/** One look; what was not looked at is undefined. */
export interface ValidationFigures {
  /** What the best is chosen by: the lower, the better; infinite where it is no number. */
  readonly objective: number;
  readonly loss: number | undefined;
  /** Mean of |predicted − measured| / measured, in percent. */
  readonly mapePercent: number | undefined;
  /** Share of the pairs within tasks whose order is right; from 0 to 1. */
  readonly pairwiseAccuracy: number | undefined;
}

/** Weights with what they were found to be worth. */
export interface JudgedWeights {
  /** Step after which they were looked at. */
  readonly step: number;
  readonly figures: ValidationFigures;
  readonly values: Float32Array;
}

/** Figures with the objective that the settings make of them. */
export function judge(
  figure: ValidationFigure,
  figures: Omit<ValidationFigures, 'objective'>,
): ValidationFigures {
  const { loss, mapePercent, pairwiseAccuracy } = figures;
  const wrongPairs = pairwiseAccuracy === undefined ? undefined : 1 - pairwiseAccuracy;
  const value = { loss, mape: mapePercent, pairwise: wrongPairs }[figure];
  // What is no number is worse than all that is one.
  const objective = value === undefined || Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  return { objective, ...figures };
}

/** Keeps the best weights seen, and says when it is no use to wait for better ones. */
export class BestWeights {
  readonly #settings: ValidationSettings;
  #best: JudgedWeights | undefined;
  #looksSince = 0;

  constructor(settings: ValidationSettings, best?: JudgedWeights, looksSince = 0) {
    this.#settings = settings;
    this.#best = best;
    this.#looksSince = looksSince;
  }

  get best(): JudgedWeights | undefined {
    return this.#best;
  }

  /** Looks since the best. */
  get looksSince(): number {
    return this.#looksSince;
  }

  get isStuck(): boolean {
    const { patience } = this.#settings;
    return patience > 0 && this.#looksSince >= patience;
  }

  consider(judged: JudgedWeights): void {
    if (this.#best === undefined || judged.figures.objective < this.#best.figures.objective) {
      this.#best = judged;
      this.#looksSince = 0;
    } else this.#looksSince++;
  }
}
