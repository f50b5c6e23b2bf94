/** Seeded, balanced choices among computations; the same on every machine. */
import type { Computation } from './computations';
import { seededDigest } from './seeded-share';

/** How many computations are carved from training for one that stays: one in six. */
const VALIDATION_SHARE = 1 / 6;

/**
 * In an order that the seed and the purpose shuffle, family after family: what takes every n-th
 * of it takes from all families.
 */
export function shuffledByFamily(
  computations: readonly Computation[],
  seed: number,
  purpose: string,
): readonly Computation[] {
  const keyed = computations.map((computation) => ({
    computation,
    key: seededDigest(seed, purpose, computation.hash),
  }));
  return keyed
    .sort((a, b) => compare(a.computation.family, b.computation.family) || compare(a.key, b.key))
    .map(({ computation }) => computation);
}

/** `count` parts of equal size, as far as that goes, with each family spread over all of them. */
export function dealIntoFolds(
  computations: readonly Computation[],
  count: number,
  seed: number,
): readonly (readonly Computation[])[] {
  const shuffled = shuffledByFamily(computations, seed, 'folds');
  return Array.from({ length: count }, (_, fold) =>
    shuffled.filter((_, index) => index % count === fold),
  );
}

/** Takes the validation side out of what is left to train on: at least one of two or more. */
export function carveValidation(
  computations: readonly Computation[],
  seed: number,
  purpose: string,
): { readonly train: readonly Computation[]; readonly validation: readonly Computation[] } {
  const count = Math.max(1, Math.round(computations.length * VALIDATION_SHARE));
  if (computations.length < 2) return { train: computations, validation: [] };
  const validation = takeSpread(
    shuffledByFamily(computations, seed, `validation of ${purpose}`),
    count,
  );
  const taken = new Set(validation);
  return { train: computations.filter((one) => !taken.has(one)), validation };
}

/** `count` of the items, at equal distances. */
export function takeSpread<T>(items: readonly T[], count: number): readonly T[] {
  const step = items.length / count;
  return Array.from(
    { length: Math.min(count, items.length) },
    (_, index) => items[Math.floor((index + 0.5) * Math.max(step, 1))] as T,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
