/** Randomness as an argument: everything that draws numbers is given one of these. */
export interface Rng {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, bound). */
  nextInt(bound: number): number;
  /** Standard normal. */
  nextNormal(): number;
}

/** Where a stream of numbers stands: four 32-bit integers. */
export type RngState = readonly [a: number, b: number, c: number, d: number];

/** A generator whose stream can be left and taken up again. */
export interface ResumableRng extends Rng {
  state(): RngState;
}

/** sfc32 (Doty-Humphrey): small, fast, passes PractRand; the same seed gives the same stream everywhere. */
export function createRng(seed: number): ResumableRng {
  const rng = restoreRng([0x9e3779b9, 0x243f6a88, seed | 0, 1]);
  for (let i = 0; i < 12; i++) rng.next();
  return rng;
}

/** Goes on where `state()` was asked for. */
export function restoreRng(start: RngState): ResumableRng {
  let [a, b, c, d] = start;
  const draw = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 2 ** 32;
  };
  const nextNormal = (): number => {
    // Box-Muller; 1 - u keeps the logarithm finite.
    const radius = Math.sqrt(-2 * Math.log(1 - draw()));
    return radius * Math.cos(2 * Math.PI * draw());
  };
  return {
    next: draw,
    nextInt: (bound) => Math.floor(draw() * bound),
    nextNormal,
    state: () => [a, b, c, d],
  };
}

/** Fisher-Yates, in place; returns its argument. */
export function shuffle<T>(items: T[], rng: Rng): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = rng.nextInt(i + 1);
    const held = items[i] as T;
    items[i] = items[j] as T;
    items[j] = held;
  }
  return items;
}
