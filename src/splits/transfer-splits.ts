import { type Computation, groupByKernel, sortedSet } from './computations';
import { ADAPTATION_RECORD_SHARE, ADAPTATION_TASK_SHARE } from './device-splits';
import { carveValidation, shuffledByFamily, takeSpread } from './partition';
import { type Split, type SplitOrReason, UNUSED_REASON } from './split';
import { block, leftOut } from './split-blocks';

/**
 * For each device: trained on all that was measured on the others, adapted to a fifth of the
 * device's kernels, tested on its other kernels, those too that were trained on elsewhere.
 */
export function makeTransferSplits(
  computations: readonly Computation[],
  seed: number,
): readonly SplitOrReason[] {
  const devices = sortedSet(computations.flatMap((one) => one.devices));
  return devices.map((device) => makeTransferSplit(device, devices, computations, seed));
}

function makeTransferSplit(
  device: string,
  devices: readonly string[],
  all: readonly Computation[],
  seed: number,
): SplitOrReason {
  const name = device;
  const others = devices.filter((other) => other !== device);
  if (others.length === 0) return { name, reason: 'there is no other device to train on' };
  const elsewhere = all.filter((one) => one.devices.some((other) => other !== device));
  const { train, validation } = carveValidation(elsewhere, seed, name);
  if (validation.length === 0) return { name, reason: 'too little is left to train and validate' };
  const groups = shuffledByFamily(
    all.filter((one) => one.devices.includes(device)),
    seed,
    `adaptation of ${name}`,
  );
  if (groups.length < 2)
    return { name, reason: 'one kernel is too little to adapt to and to test' };
  const count = Math.max(1, Math.round(groups.length * ADAPTATION_TASK_SHARE));
  const adapted = takeSpread(groups, count).flat();
  const test = groups.flat().filter((one) => !adapted.includes(one));
  return {
    name,
    train: block(others, train),
    validation: block(others, validation),
    test: block([device], test),
    adaptation: { ...block([device], adapted), recordShare: ADAPTATION_RECORD_SHARE, seed },
    sharesComputations: true,
    leftOut: [],
  };
}

/**
 * What may be adapted to, one group a kernel: of a split that shares computations all of the
 * device, else what is trained on elsewhere. Empty where the split adapts to nothing.
 */
export function adaptationCandidates(
  split: Split,
  computations: readonly Computation[],
): readonly (readonly Computation[])[] {
  const { train, adaptation, sharesComputations } = split;
  if (adaptation === undefined) return [];
  const trained = new Set(train.computations);
  return groupByKernel(
    computations.filter(
      (one) =>
        onDevices(one, adaptation.devices) &&
        (sharesComputations === true || trained.has(one.hash)),
    ),
  );
}

/**
 * The same split, adapted to other computations, which some sampler chose among the candidates.
 * Where the split shares computations, what was not chosen is tested; else it is left out and the
 * tested ones stay.
 */
export function adaptTo(
  split: Split,
  chosen: readonly Computation[],
  computations: readonly Computation[],
): Split {
  const { adaptation, test } = split;
  if (adaptation === undefined) return split;
  const devices = adaptation.devices === 'all' ? [] : adaptation.devices;
  const candidates = adaptationCandidates(split, computations).flat();
  const rest = candidates.filter((one) => !chosen.includes(one));
  const newAdaptation = { ...adaptation, ...block(devices, chosen) };
  if (split.sharesComputations === true) {
    return { ...split, adaptation: newAdaptation, test: { ...test, ...block(devices, rest) } };
  }
  // What is neither candidate nor tested stays left out as it was.
  const candidateHashes = new Set(candidates.map((one) => one.hash));
  const unused = computations.filter((one) => !candidateHashes.has(one.hash));
  const otherwise = split.leftOut.filter((entry) => entry.reason !== UNUSED_REASON);
  const before = new Set(
    split.leftOut
      .filter((entry) => entry.reason === UNUSED_REASON)
      .flatMap((entry) => entry.computations),
  );
  const kept = [...unused.filter((one) => before.has(one.hash)), ...rest];
  const still = leftOut(devices, kept, UNUSED_REASON);
  return {
    ...split,
    adaptation: newAdaptation,
    leftOut: still.computations.length === 0 ? otherwise : [...otherwise, still],
  };
}

function onDevices(one: Computation, devices: readonly string[] | 'all'): boolean {
  return devices === 'all' || one.devices.some((name) => devices.includes(name));
}
