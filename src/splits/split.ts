import { computationHash, type Task } from '../program';
import { seededShare } from './seeded-share';

/** Tasks by device and computation: those that run on one of `devices` and compute one of these. */
export interface Block {
  /** Names of devices; `all`: whichever there are, later ones too. */
  readonly devices: readonly string[] | 'all';
  /** Computation hashes, sorted. */
  readonly computations: readonly string[];
}

/** Tasks that stand on no side, and why. */
export interface LeftOut extends Block {
  readonly reason: string;
}

export const RELATIVE_REASON =
  'differs from what is tested only in what is fused behind its kernel';
export const UNUSED_REASON = 'of the held-out device, and not tested in this fold';

/**
 * The few labels of a device that is otherwise unseen; its computations are of the training side,
 * or, where a split shares computations, any that are not tested.
 */
export interface Adaptation extends Block {
  /** Share of each task's programs that may be learned from, above 0, at most 1. */
  readonly recordShare: number;
  /** Of the choice of programs. */
  readonly seed: number;
}

/**
 * One way to part tasks into what is trained on, what chooses between models, and what is reported
 * once. A computation stands on one side only, on whatever device it runs and whatever log it
 * comes from, unless the split says that it shares computations.
 */
export interface Split {
  readonly name: string;
  readonly train: Block;
  readonly validation: Block;
  readonly test: Block;
  /** Absent where the test device is seen in full or not at all. */
  readonly adaptation?: Adaptation;
  /**
   * What is tested on one device may be trained on, on other devices: it shows what carries over
   * to the device, not what carries over to unseen computations.
   */
  readonly sharesComputations?: true;
  readonly leftOut: readonly LeftOut[];
}

/** What could not be made, and why. */
export interface SkippedSplit {
  readonly name: string;
  readonly reason: string;
}

export type SplitOrReason = Split | SkippedSplit;

export type Side = 'train' | 'validation' | 'test' | 'adaptation' | 'left-out';

/** Which side a task stands on; undefined where the split was made without knowing it. */
export function sideOf(split: Split, task: Task): Side | undefined {
  return sideOfComputation(split, hashOf(task), task.device.name);
}

/** As `sideOf`, for who knows the computation's hash. */
export function sideOfComputation(
  split: Split,
  computation: string,
  deviceName: string,
): Side | undefined {
  const found = blocksOf(split).find(({ block }) => covers(block, computation, deviceName));
  return found?.side;
}

/**
 * Whether a program is among those of its computation that may be adapted to. Each program is
 * chosen for itself, so that records which come later change nothing for those that are there.
 */
export function isAdaptationProgram(
  adaptation: Adaptation,
  computation: string,
  programHash: string,
): boolean {
  const share = seededShare(adaptation.seed, `adaptation to ${computation}`, programHash);
  return share < adaptation.recordShare;
}

/** Every block with the side that it makes. */
export function blocksOf(split: Split): readonly { readonly side: Side; readonly block: Block }[] {
  const { train, validation, test, adaptation, leftOut } = split;
  return [
    { side: 'train', block: train },
    { side: 'validation', block: validation },
    { side: 'test', block: test },
    ...(adaptation === undefined ? [] : [{ side: 'adaptation' as const, block: adaptation }]),
    ...leftOut.map((block) => ({ side: 'left-out' as const, block })),
  ];
}

function covers(block: Block, computation: string, deviceName: string): boolean {
  if (block.devices !== 'all' && !block.devices.includes(deviceName)) return false;
  return block.computations.includes(computation);
}

/** Hashing a large DAG takes a millisecond, and a task is asked about once a record. */
const hashes = new WeakMap<Task, string>();

function hashOf(task: Task): string {
  const known = hashes.get(task);
  if (known !== undefined) return known;
  const hash = computationHash(task);
  hashes.set(task, hash);
  return hash;
}
