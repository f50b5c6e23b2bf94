import { isAdaptationProgram, type Split, seededShare, sideOfComputation } from '../splits';

/** What sides are given by; a corpus is one. */
export interface PartableCorpus {
  readonly tasks: readonly { readonly computation: string; readonly deviceName: string }[];
  readonly entries: readonly { readonly taskIndex: number; readonly programHash: string }[];
}

/**
 * - `train`, `validation`: learned from at first, and chosen by among checkpoints of that.
 * - `adaptation`, `adaptation-validation`: the same, of what is learned afterwards.
 * - `candidate`: may be chosen for adaptation; its labels are not looked at.
 * - `test`: judged once.
 */
export type ProgramSide =
  | 'train'
  | 'validation'
  | 'adaptation'
  | 'adaptation-validation'
  | 'candidate'
  | 'test';

/** One an entry of the corpus; undefined: on no side. */
export type Sides = readonly (ProgramSide | undefined)[];

export interface SampleShares {
  readonly seed: number;
  readonly testShare: number;
  /** Of what is not tested. */
  readonly validationShare: number;
}

/** Programs of all tasks on both sides, each drawn for itself. */
export function sidesBySample(corpus: PartableCorpus, shares: SampleShares): Sides {
  return sidesOf(corpus, (key) => {
    if (seededShare(shares.seed, 'test programs', key) < shares.testShare) return 'test';
    return learned(key, shares.seed, shares.validationShare, 'train', 'validation');
  });
}

/** Sides as a split gives them, whatever it adapts to: those are on no side. */
export function sidesBySplit(corpus: PartableCorpus, split: Split): Sides {
  return sidesOf(corpus, (_, computation, device) => {
    const side = sideOfComputation(split, computation, device);
    return side === 'train' || side === 'validation' || side === 'test' ? side : undefined;
  });
}

export interface DeviceShares {
  readonly seed: number;
  /** Of the device's programs; the others are tested. */
  readonly adaptationShare: number;
  readonly validationShare: number;
  readonly adaptationValidationShare: number;
}

/** The other devices to train on, a share of the device's programs to adapt to, its others to test. */
export function sidesByDeviceRecords(
  corpus: PartableCorpus,
  heldOut: string,
  shares: DeviceShares,
): Sides {
  const { seed, adaptationShare, validationShare, adaptationValidationShare } = shares;
  return sidesOf(corpus, (key, _, device) => {
    if (device !== heldOut) return learned(key, seed, validationShare, 'train', 'validation');
    if (seededShare(seed, 'programs adapted to', key) >= adaptationShare) return 'test';
    return adapted(key, seed, adaptationValidationShare);
  });
}

export interface TransferShares {
  readonly seed: number;
  /** Of the programs that are trained on; 0: the split's own validation side. */
  readonly validationShare: number;
  readonly adaptationValidationShare: number;
}

/** Before anything is chosen to adapt to: whatever might be is a candidate. */
export function sidesBeforeChoice(
  corpus: PartableCorpus,
  split: Split,
  candidates: ReadonlySet<string>,
  shares: TransferShares,
): Sides {
  const devices = split.adaptation?.devices ?? [];
  return sidesOf(corpus, (key, computation, device) => {
    const side = sourceSide(split, key, computation, device, shares);
    if (side === 'test' || side === 'train' || side === 'validation') return side;
    const onDevice = devices === 'all' || devices.includes(device);
    return onDevice && candidates.has(computation) ? 'candidate' : undefined;
  });
}

/**
 * After it: `split` adapts to what was chosen.
 *
 * @param chosenPrograms indices into the corpus' entries; undefined: drawn one by one with the
 *   split's record share
 */
export function sidesAfterChoice(
  corpus: PartableCorpus,
  split: Split,
  chosenPrograms: ReadonlySet<number> | undefined,
  shares: TransferShares,
): Sides {
  const { adaptation } = split;
  return sidesOf(corpus, (key, computation, device, index, programHash) => {
    const side = sourceSide(split, key, computation, device, shares);
    if (side !== 'adaptation' || adaptation === undefined) return side;
    const isChosen =
      chosenPrograms === undefined
        ? isAdaptationProgram(adaptation, computation, programHash)
        : chosenPrograms.has(index);
    return isChosen ? adapted(key, shares.seed, shares.adaptationValidationShare) : undefined;
  });
}

function sourceSide(
  split: Split,
  key: string,
  computation: string,
  device: string,
  { seed, validationShare }: TransferShares,
): 'train' | 'validation' | 'test' | 'adaptation' | undefined {
  const side = sideOfComputation(split, computation, device);
  if (side === 'left-out' || side === undefined) return undefined;
  if (validationShare === 0 || side === 'test' || side === 'adaptation') return side;
  return learned(key, seed, validationShare, 'train', 'validation');
}

function adapted(key: string, seed: number, validationShare: number): ProgramSide {
  return learned(key, seed, validationShare, 'adaptation', 'adaptation-validation');
}

function learned<Train extends ProgramSide, Validation extends ProgramSide>(
  key: string,
  seed: number,
  validationShare: number,
  train: Train,
  validation: Validation,
): Train | Validation {
  return seededShare(seed, 'validation programs', key) < validationShare ? validation : train;
}

/** `key` names a program on a device, whatever else there is: what comes later changes no side. */
function sidesOf(
  { tasks, entries }: PartableCorpus,
  sideOf: (
    key: string,
    computation: string,
    device: string,
    index: number,
    programHash: string,
  ) => ProgramSide | undefined,
): Sides {
  return entries.map(({ taskIndex, programHash }, index) => {
    const task = tasks[taskIndex];
    if (task === undefined) return undefined;
    const { computation, deviceName } = task;
    const key = `${deviceName}\n${computation}\n${programHash}`;
    return sideOf(key, computation, deviceName, index, programHash);
  });
}
