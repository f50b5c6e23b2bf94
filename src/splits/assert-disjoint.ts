import { invalidArgument } from '../errors';
import type { Computation } from './computations';
import { type Block, blocksOf, type Split } from './split';

/**
 * INVALID_ARGUMENT where a computation stands on two sides of the split, where two blocks cover
 * the same task, or where labels for adaptation come from outside of the training side.
 */
export function assertDisjoint(split: Split): void {
  const { train, validation, test, adaptation } = split;
  const sideOf = new Map<string, string>();
  for (const [side, block] of Object.entries({ train, validation, test })) {
    for (const computation of block.computations) {
      const other = sideOf.get(computation);
      if (other !== undefined) {
        throw invalidArgument(
          `split "${split.name}": computation ${computation} stands in ${other} and in ${side}; one side is allowed`,
        );
      }
      sideOf.set(computation, side);
    }
  }
  for (const computation of adaptation?.computations ?? []) {
    if (sideOf.get(computation) === 'train') continue;
    throw invalidArgument(
      `split "${split.name}": computation ${computation} is adapted to but not trained on: it must stand in train`,
    );
  }
  assertNoOverlap(split);
}

/** INVALID_ARGUMENT where two sides of the split hold computations of one kernel. */
export function assertKernelsApart(split: Split, computations: readonly Computation[]): void {
  const kernelOf = new Map(computations.map(({ hash, kernel }) => [hash, kernel]));
  const sideOf = new Map<string, string>();
  const { train, validation, test } = split;
  for (const [side, block] of Object.entries({ train, validation, test })) {
    for (const computation of block.computations) {
      const kernel = kernelOf.get(computation) ?? computation;
      const other = sideOf.get(kernel) ?? side;
      if (other !== side) {
        throw invalidArgument(
          `split "${split.name}": kernel ${kernel} stands in ${other} and, by computation ${computation}, in ${side}; one side is allowed`,
        );
      }
      sideOf.set(kernel, side);
    }
  }
}

function assertNoOverlap(split: Split): void {
  const blocks = blocksOf(split);
  for (const [i, { side, block }] of blocks.entries()) {
    for (const other of blocks.slice(i + 1)) {
      const both = overlap(block, other.block);
      if (both === undefined) continue;
      throw invalidArgument(
        `split "${split.name}": computation ${both} stands in ${side} and in ${other.side} on one device; once is allowed`,
      );
    }
  }
}

/** A computation that both blocks hold on some device. */
function overlap(a: Block, b: Block): string | undefined {
  const { devices } = b;
  const shareDevice =
    a.devices === 'all' || devices === 'all' || a.devices.some((name) => devices.includes(name));
  if (!shareDevice) return undefined;
  const held = new Set(a.computations);
  return b.computations.find((computation) => held.has(computation));
}
