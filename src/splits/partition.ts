/** Seeded, balanced choices among computations; the same on every machine. */
import { type Computation, groupByKernel } from './computations';
import { seededDigest } from './seeded-share';

/** Share of the kernels left to train on that is carved out for validation. */
const VALIDATION_SHARE = 1 / 6;

/**
 * Groups of one kernel each, in an order that the seed and the purpose shuffle, family after
 * family: what takes every n-th of it takes from all families.
 */
export function shuffledByFamily(
  computations: readonly Computation[],
  seed: number,
  purpose: string,
): readonly (readonly Computation[])[] {
  const keyed = groupByKernel(computations).map((group) => {
    const { family, kernel } = group[0] as Computation;
    return { group, family, key: seededDigest(seed, purpose, kernel) };
  });
  return keyed
    .sort((a, b) => compare(a.family, b.family) || compare(a.key, b.key))
    .map(({ group }) => group);
}

/** `count` parts of as many kernels each, as far as that goes, with each family spread over all of them. */
export function dealIntoFolds(
  computations: readonly Computation[],
  count: number,
  seed: number,
): readonly (readonly Computation[])[] {
  const shuffled = shuffledByFamily(computations, seed, 'folds');
  return Array.from({ length: count }, (_, fold) =>
    shuffled.filter((_, index) => index % count === fold).flat(),
  );
}

/** Takes the validation side out of what is left to train on: at least one kernel of two or more. */
export function carveValidation(
  computations: readonly Computation[],
  seed: number,
  purpose: string,
): { readonly train: readonly Computation[]; readonly validation: readonly Computation[] } {
  const groups = shuffledByFamily(computations, seed, `validation of ${purpose}`);
  if (groups.length < 2) return { train: computations, validation: [] };
  const count = Math.max(1, Math.round(groups.length * VALIDATION_SHARE));
  const validation = takeSpread(groups, count).flat();
  const taken = new Set(validation);
  return { train: computations.filter((one) => !taken.has(one)), validation };
}

/** Those that are not `chosen` but share a kernel with one that is. */
export function relativesOf(
  chosen: readonly Computation[],
  all: readonly Computation[],
): readonly Computation[] {
  const hashes = new Set(chosen.map((one) => one.hash));
  const kernels = new Set(chosen.map((one) => one.kernel));
  return all.filter((one) => !hashes.has(one.hash) && kernels.has(one.kernel));
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
