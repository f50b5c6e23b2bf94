import { type Rng, shuffle } from '../base';
import { invalidArgument } from '../errors';
import { kMeans } from './k-means';
import { countRows, squaredDistance } from './points';
import { similarityAt, typicalDistance } from './program-kernel';

/** Every way to choose programs of one task. */
export const programSamplers = Object.freeze(['random', 'latency', 'medoids', 'herding'] as const);

export type ProgramSamplerKind = (typeof programSamplers)[number];

export interface ProgramPoints {
  /** [programs, width] */
  readonly points: Float32Array;
  readonly width: number;
  /** Of each program, positive: predicted, or estimated. `latency` needs it. */
  readonly predictedSeconds?: Float64Array;
}

type ProgramSampler = (programs: ProgramPoints, count: number, rng: Rng) => readonly number[];

const samplers: Readonly<Record<ProgramSamplerKind, ProgramSampler>> = Object.freeze({
  random: ({ points, width }, count, rng) => drawn(points.length / width, count, rng),
  latency: spreadOverLatency,
  medoids: medoidsOf,
  herding: herded,
});

/**
 * Different programs of one task, `count` of them or all where there are fewer.
 *
 * - `random`;
 * - `latency`: as many equal parts of the predicted latencies, and of each a program at random
 *   (stratified sampling): fast and slow ones alike;
 * - `medoids`: the program nearest to each centre of as many clusters: every kind of schedule once;
 * - `herding`: kernel herding (see `sampleByHerding`): kinds in proportion. O(programs² width).
 *
 * INVALID_ARGUMENT for a count below 1, and for `latency` without latencies.
 */
export function choosePrograms(
  kind: ProgramSamplerKind,
  programs: ProgramPoints,
  count: number,
  rng: Rng,
): readonly number[] {
  const there = countRows('programs', programs.points, programs.width);
  if (!Number.isInteger(count) || count < 1) {
    throw invalidArgument(`count: ${count}; it must be an integer of at least 1, in programs`);
  }
  if (count >= there) return Array.from({ length: there }, (_, program) => program);
  return samplers[kind](programs, count, rng);
}

function drawn(there: number, count: number, rng: Rng): readonly number[] {
  const all = Array.from({ length: there }, (_, program) => program);
  return shuffle(all, rng).slice(0, count);
}

function spreadOverLatency(
  { points, width, predictedSeconds }: ProgramPoints,
  count: number,
  rng: Rng,
): readonly number[] {
  const there = points.length / width;
  if (predictedSeconds?.length !== there) {
    throw invalidArgument(
      `predictedSeconds: ${predictedSeconds?.length ?? 'none'}; there must be ${there}, one a program, to spread over`,
    );
  }
  const wrong = predictedSeconds.findIndex((seconds) => !(seconds > 0 && Number.isFinite(seconds)));
  if (wrong >= 0) {
    throw invalidArgument(
      `predictedSeconds[${wrong}]: ${predictedSeconds[wrong]}; it must be positive and finite`,
    );
  }
  const order = Array.from(predictedSeconds, (seconds, program) => ({ seconds, program })).sort(
    (a, b) => a.seconds - b.seconds || a.program - b.program,
  );
  return Array.from({ length: count }, (_, part) => {
    const first = Math.floor((part * there) / count);
    const end = Math.floor(((part + 1) * there) / count);
    return (order[first + rng.nextInt(end - first)] as { program: number }).program;
  });
}

function medoidsOf({ points, width }: ProgramPoints, count: number, rng: Rng): readonly number[] {
  const { centres } = kMeans(points, width, count, rng, { starts: 1 });
  const isChosen = new Uint8Array(points.length / width);
  return Array.from({ length: count }, (_, cluster) => {
    let nearest = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let program = 0; program < isChosen.length; program++) {
      if (isChosen[program] === 1) continue;
      const squared = squaredDistance(points, program, centres, cluster, width, least);
      if (nearest >= 0 && squared >= least) continue;
      nearest = program;
      least = squared;
    }
    isChosen[nearest] = 1;
    return nearest;
  });
}

function herded({ points, width }: ProgramPoints, count: number, rng: Rng): readonly number[] {
  const there = points.length / width;
  const length = typicalDistance(points, width, rng);
  const kernel = (a: number, b: number): number =>
    similarityAt(squaredDistance(points, a, points, b, width), length);
  const toWhole = new Float64Array(there);
  for (let a = 0; a < there; a++) {
    for (let b = 0; b <= a; b++) {
      const k = kernel(a, b) / there;
      toWhole[a] = (toWhole[a] as number) + k;
      if (a !== b) toWhole[b] = (toWhole[b] as number) + k;
    }
  }
  const toChosen = new Float64Array(there);
  const chosen: number[] = [];
  const isChosen = new Uint8Array(there);
  while (chosen.length < count) {
    let best = -1;
    let most = Number.NEGATIVE_INFINITY;
    for (let program = 0; program < there; program++) {
      if (isChosen[program] === 1) continue;
      const gain =
        (toWhole[program] as number) - (toChosen[program] as number) / (chosen.length + 1);
      if (best >= 0 && gain <= most) continue;
      best = program;
      most = gain;
    }
    isChosen[best] = 1;
    chosen.push(best);
    for (let program = 0; program < there; program++) {
      toChosen[program] = (toChosen[program] as number) + kernel(program, best);
    }
  }
  return chosen;
}
