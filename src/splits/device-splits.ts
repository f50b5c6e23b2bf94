import { type Computation, sortedSet } from './computations';
import { carveValidation, relativesOf, shuffledByFamily, takeSpread } from './partition';
import { type Adaptation, RELATIVE_REASON, type SplitOrReason, UNUSED_REASON } from './split';
import { block, leftOut } from './split-blocks';

/** Of the tasks of the device that few labels come from. */
export const ADAPTATION_TASK_SHARE = 0.2;
/** Of the programs of each of those tasks. */
export const ADAPTATION_RECORD_SHARE = 0.1;

/**
 * For each device and each fold: the device's tasks of that fold are tested, after training on
 * other computations on other devices. Over the folds every task of the device is tested once.
 */
export function makeDeviceSplits(
  computations: readonly Computation[],
  folds: readonly (readonly Computation[])[],
  seed: number,
  fewShot: boolean,
): readonly SplitOrReason[] {
  const devices = sortedSet(computations.flatMap((one) => one.devices));
  return devices.flatMap((device) =>
    folds.map((fold, index) =>
      makeDeviceSplit(`${device}/fold-${index + 1}`, device, devices, computations, fold, {
        seed,
        fewShot,
      }),
    ),
  );
}

function makeDeviceSplit(
  name: string,
  device: string,
  devices: readonly string[],
  all: readonly Computation[],
  fold: readonly Computation[],
  { seed, fewShot }: { seed: number; fewShot: boolean },
): SplitOrReason {
  const others = devices.filter((other) => other !== device);
  if (others.length === 0) return { name, reason: 'there is no other device to train on' };
  const test = fold.filter((one) => one.devices.includes(device));
  if (test.length === 0) return { name, reason: 'nothing to test' };
  const relatives = relativesOf(test, all);
  const rest = all.filter((one) => !test.includes(one) && !relatives.includes(one));
  const elsewhere = rest.filter((one) => one.devices.some((other) => other !== device));
  const { train, validation } = carveValidation(elsewhere, seed, name);
  if (validation.length === 0) return { name, reason: 'too little is left to train and validate' };
  const adaptation = fewShot ? chooseAdaptation(device, name, all, train, seed) : undefined;
  if (fewShot && adaptation === undefined) {
    return { name, reason: 'no computation of the device is trained on elsewhere' };
  }
  const adapted = new Set(adaptation?.computations);
  const unused = rest.filter((one) => one.devices.includes(device) && !adapted.has(one.hash));
  return {
    name,
    train: block(others, train),
    validation: block(others, validation),
    test: block([device], test),
    ...(adaptation === undefined ? {} : { adaptation }),
    leftOut: [
      leftOut(others, test, 'tested on the held-out device'),
      leftOut(devices, relatives, RELATIVE_REASON),
      leftOut([device], unused, UNUSED_REASON),
    ].filter((entry) => entry.computations.length > 0),
  };
}

function chooseAdaptation(
  device: string,
  name: string,
  all: readonly Computation[],
  train: readonly Computation[],
  seed: number,
): Adaptation | undefined {
  const candidates = train.filter((one) => one.devices.includes(device));
  if (candidates.length === 0) return undefined;
  const ofDevice = all.filter((one) => one.devices.includes(device)).length;
  const count = Math.max(1, Math.round(ofDevice * ADAPTATION_TASK_SHARE));
  const shuffled = shuffledByFamily(candidates, seed, `adaptation of ${name}`).flat();
  const chosen = takeSpread(shuffled, count);
  return { ...block([device], chosen), recordShare: ADAPTATION_RECORD_SHARE, seed };
}
