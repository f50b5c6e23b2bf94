import { invalidArgument } from '../errors';
import { seededShare } from '../splits';
import type { Corpus } from './corpus';
import { gather, type Partition } from './partition';

export interface BySampleOptions {
  readonly seed: number;
  /** Share of all programs that is tested, above 0 and below 1. */
  readonly testShare: number;
  /** Share of the others that is carved out for validation, at least 0 and below 1. */
  readonly validationShare: number;
  /** Only programs on these; others are on no side. Default all. */
  readonly devices?: readonly string[] | undefined;
}

/** CDMPP's 80:20, and a tenth of the 80 that chooses the checkpoint in place of the test. */
export const BY_SAMPLE_SHARES = Object.freeze({ testShare: 0.2, validationShare: 0.1 });

/**
 * CDMPP's own protocol: programs are parted without regard to tasks, so that the tested ones are of
 * tasks that were trained on. Says how well a model interpolates, not how it meets what is new.
 *
 * Each program is placed for itself, by the seed, its task and its hash: shares hold on average,
 * and records that come later move none from one side to another.
 */
export function partitionBySample(
  { tasks, entries }: Corpus,
  { seed, testShare, validationShare, devices }: BySampleOptions,
): Partition {
  assertShare('testShare', testShare, Number.MIN_VALUE);
  assertShare('validationShare', validationShare, 0);
  return gather(entries.length, (index) => {
    const { taskIndex, programHash } = entries[index] as Corpus['entries'][number];
    const { task, deviceName } = tasks[taskIndex] as Corpus['tasks'][number];
    if (devices !== undefined && !devices.includes(deviceName)) return undefined;
    const key = `${task.id}/${programHash}`;
    if (seededShare(seed, 'test by sample', key) < testShare) return 'test';
    return seededShare(seed, 'validation by sample', key) < validationShare
      ? 'validation'
      : 'train';
  });
}

function assertShare(field: string, share: number, least: number): void {
  if (share >= least && share < 1) return;
  const bound = least > 0 ? 'above 0' : 'at least 0';
  throw invalidArgument(`${field} is ${share}; it must be ${bound} and below 1`);
}
