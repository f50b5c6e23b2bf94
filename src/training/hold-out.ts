import { type Rng, shuffle } from '../base';
import type { Example } from './examples';
import type { ValidationSettings } from './validation';

/** Parts a share of the examples from the others, at random, where there are enough of them. */
export function holdOut(
  examples: readonly Example[],
  { holdOutFrom, holdOutShare }: ValidationSettings,
  rng: Rng,
): { readonly learned: readonly Example[]; readonly heldOut: readonly Example[] } {
  if (examples.length < holdOutFrom) return { learned: examples, heldOut: [] };
  const order = shuffle([...examples.keys()], rng);
  const chosen = new Set(order.slice(0, Math.round(examples.length * holdOutShare)));
  return {
    learned: examples.filter((_, i) => !chosen.has(i)),
    heldOut: examples.filter((_, i) => chosen.has(i)),
  };
}
