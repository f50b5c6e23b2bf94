import { invalidArgument } from '../errors';
import type { Computation } from './computations';
import { type Block, blocksOf, type Split } from './split';

/**
 * INVALID_ARGUMENT where a computation stands on two sides of the split, where two blocks cover
 * the same task, or where labels for adaptation come from outside of the training side.
 */
export function assertDisjoint(split: Split): void {
  for (const sides of sidesKeptApart(split)) {
    const sideOf = new Map<string, string>();
    for (const [side, { computations }] of sides) {
      for (const computation of computations) {
        const other = sideOf.get(computation);
        if (other !== undefined) {
          throw invalidArgument(
            `split "${split.name}": computation ${computation} stands in ${other} and in ${side}; one side is allowed`,
          );
        }
        sideOf.set(computation, side);
      }
    }
  }
  assertAdaptsToTraining(split);
  assertNoOverlap(split);
}

/** INVALID_ARGUMENT where two sides of the split hold computations of one kernel. */
export function assertKernelsApart(split: Split, computations: readonly Computation[]): void {
  const kernelOf = new Map(computations.map(({ hash, kernel }) => [hash, kernel]));
  for (const sides of sidesKeptApart(split)) {
    const sideOf = new Map<string, string>();
    for (const [side, block] of sides) {
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
}

type NamedBlock = readonly [side: string, block: Block];

/** Groups of sides: what stands on one of a group stands on no other of it. */
function sidesKeptApart(split: Split): readonly (readonly NamedBlock[])[] {
  const { train, validation, test, adaptation, sharesComputations } = split;
  const learned: readonly NamedBlock[] = [
    ['train', train],
    ['validation', validation],
  ];
  if (sharesComputations !== true) return [[...learned, ['test', test]]];
  const ofDevice: readonly NamedBlock[] = [
    ['test', test],
    ...(adaptation === undefined ? [] : [['adaptation', adaptation] as const]),
  ];
  return [learned, ofDevice];
}

function assertAdaptsToTraining({ name, train, adaptation, sharesComputations }: Split): void {
  if (sharesComputations === true) return;
  const trained = new Set(train.computations);
  const stranger = adaptation?.computations.find((computation) => !trained.has(computation));
  if (stranger === undefined) return;
  throw invalidArgument(
    `split "${name}": computation ${stranger} is adapted to but not trained on: it must stand in train`,
  );
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
