/**
 * How far a measurement is from the same measurement done again later: no predictor can be closer
 * to a single measurement than that.
 */

export interface NoiseFloor {
  /** Programs of a task that were measured again. */
  readonly pairs: number;
  /** Of |second - first| / first, in percent; null where there are no pairs. */
  readonly medianPercent: number | null;
  readonly meanPercent: number | null;
}

interface Measured {
  readonly seconds: number;
  readonly latencySeconds: number;
}

/** Takes measurements in any order; the two earliest of each program make a pair. */
export class NoiseFloorMeter {
  readonly #earliest = new Map<number, readonly Measured[]>();

  /** `program` stands for a program of a task on a device; failed measurements are not to be given. */
  add(program: number, latencySeconds: number, measuredSeconds: number): void {
    const measured = { seconds: measuredSeconds, latencySeconds };
    const known = this.#earliest.get(program) ?? [];
    // Stable: of two at the same time the one given first is the first.
    const inOrder = [...known, measured].sort((a, b) => a.seconds - b.seconds);
    this.#earliest.set(program, inOrder.slice(0, 2));
  }

  result(): NoiseFloor {
    const percents = [...this.#earliest.values()].flatMap(([first, second]) =>
      first === undefined || second === undefined
        ? []
        : [(Math.abs(second.latencySeconds - first.latencySeconds) / first.latencySeconds) * 100],
    );
    return {
      pairs: percents.length,
      medianPercent: medianOf(percents),
      meanPercent:
        percents.length === 0 ? null : percents.reduce((sum, p) => sum + p, 0) / percents.length,
    };
  }
}

/** Of an even number of values: the mean of the two in the middle. */
export function medianOf(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}
