/** The six ways to part a store's tasks. Pure: the same tasks and seed give the same splits. */
import { operatorFamilies } from '../program';
import { type Computation, sortedSet } from './computations';
import { makeDeviceSplits } from './device-splits';
import { carveValidation, dealIntoFolds, relativesOf } from './partition';
import type { Block, SkippedSplit, Split, SplitOrReason } from './split';
import { RELATIVE_REASON } from './split';
import { makeTransferSplits } from './transfer-splits';

export const splitKinds = Object.freeze([
  'by-task',
  'by-network',
  'by-family',
  'by-device',
  'few-shot-device',
  'device-transfer',
] as const);

export type SplitKind = (typeof splitKinds)[number];

/** Folds of the splits by task; each computation is tested in one of them. */
export const TASK_FOLDS = 4;

export interface MadeSplits {
  readonly splits: readonly Split[];
  readonly skipped: readonly SkippedSplit[];
}

export function makeSplits(
  kind: SplitKind,
  computations: readonly Computation[],
  seed: number,
): MadeSplits {
  const made = makersOf[kind](computations, seed);
  const isSplit = (entry: SplitOrReason): entry is Split => 'train' in entry;
  return {
    splits: made.filter(isSplit),
    skipped: made.filter((entry): entry is SkippedSplit => !isSplit(entry)),
  };
}

type Maker = (computations: readonly Computation[], seed: number) => readonly SplitOrReason[];

const makersOf: Readonly<Record<SplitKind, Maker>> = Object.freeze({
  'by-task': (computations, seed) =>
    dealIntoFolds(computations, TASK_FOLDS, seed).map((fold, index) =>
      holdOut(`fold-${index + 1}`, fold, computations, seed),
    ),
  // What a held-out network shares with others is tested, never trained on.
  'by-network': (computations, seed) =>
    sortedSet(computations.flatMap((one) => one.networks)).map((network) =>
      holdOut(
        network,
        computations.filter((one) => one.networks.includes(network)),
        computations,
        seed,
      ),
    ),
  'by-family': (computations, seed) =>
    operatorFamilies
      .filter((family) => computations.some((one) => one.family === family))
      .map((family) =>
        holdOut(
          family,
          computations.filter((one) => one.family === family),
          computations,
          seed,
        ),
      ),
  'by-device': (computations, seed) =>
    makeDeviceSplits(computations, dealIntoFolds(computations, TASK_FOLDS, seed), seed, false),
  'few-shot-device': (computations, seed) =>
    makeDeviceSplits(computations, dealIntoFolds(computations, TASK_FOLDS, seed), seed, true),
  'device-transfer': makeTransferSplits,
});

function holdOut(
  name: string,
  test: readonly Computation[],
  all: readonly Computation[],
  seed: number,
): SplitOrReason {
  if (test.length === 0) return { name, reason: 'nothing to test' };
  const relatives = relativesOf(test, all);
  const rest = all.filter((one) => !test.includes(one) && !relatives.includes(one));
  const { train, validation } = carveValidation(rest, seed, name);
  if (validation.length === 0) return { name, reason: 'too little is left to train and validate' };
  return {
    name,
    train: everywhere(train),
    validation: everywhere(validation),
    test: everywhere(test),
    leftOut: relatives.length === 0 ? [] : [{ ...everywhere(relatives), reason: RELATIVE_REASON }],
  };
}

function everywhere(computations: readonly Computation[]): Block {
  return { devices: 'all', computations: sortedSet(computations.map((one) => one.hash)) };
}
