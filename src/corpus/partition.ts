import { isAdaptationProgram, type Side, type Split, sideOfComputation } from '../splits';
import type { Corpus } from './corpus';

/** Indices into a corpus's entries, ascending; no entry on two sides, some on none. */
export interface Partition {
  readonly train: readonly number[];
  /** Chooses between checkpoints and settings. */
  readonly validation: readonly number[];
  /** Reported once. */
  readonly test: readonly number[];
  /** The few labels of a device that is otherwise unseen. */
  readonly adaptation: readonly number[];
}

/**
 * Where a split puts each program. Programs of tasks that stand on no side, or that the split was
 * made without, are on none; so are those of an adapted computation that were not chosen.
 */
export function partitionBySplit({ tasks, entries }: Corpus, split: Split): Partition {
  const sides = tasks.map(({ computation, deviceName }) =>
    sideOfComputation(split, computation, deviceName),
  );
  const { adaptation } = split;
  return gather(entries.length, (index) => {
    const { taskIndex, programHash } = entries[index] as Corpus['entries'][number];
    const side = sides[taskIndex];
    if (side !== 'adaptation' || adaptation === undefined) return side;
    const { computation } = tasks[taskIndex] as Corpus['tasks'][number];
    return isAdaptationProgram(adaptation, computation, programHash) ? side : undefined;
  });
}

/** Asks for the side of each entry; 'left-out' is on none. */
export function gather(entryCount: number, sideAt: (index: number) => Side | undefined): Partition {
  const sides = {
    train: [] as number[],
    validation: [] as number[],
    test: [] as number[],
    adaptation: [] as number[],
  };
  for (let index = 0; index < entryCount; index++) {
    const side = sideAt(index);
    if (side !== undefined && side !== 'left-out') sides[side].push(index);
  }
  return sides;
}
