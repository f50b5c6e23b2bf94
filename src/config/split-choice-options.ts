import { resolve } from 'node:path';
import { invalidArgument } from '../errors';
import { integerOption, type OptionSpec, switchOption, textOption } from './option-spec';

/** How programs are parted into those that are learned from and those that are judged. */
export type SplitChoice =
  | {
      readonly kind: 'split';
      /** Absolute; of `cdmpp splits make`. */
      readonly file: string;
      /** Name of a split in it. */
      readonly fold: string;
    }
  | { readonly kind: 'by-sample'; readonly seed: number }
  /** Nothing is parted. */
  | { readonly kind: 'all' };

export const SPLIT_CHOICE_SPECS: readonly OptionSpec[] = Object.freeze([
  {
    name: 'split',
    flag: '--split <file>',
    description: 'part tasks as this file says, which "cdmpp splits make" wrote; needs --fold',
  },
  { name: 'fold', flag: '--fold <name>', description: 'the split of that file' },
  {
    name: 'bySample',
    flag: '--by-sample',
    description:
      'part programs without regard to tasks, 72:8:20, as CDMPP does: tested ones resemble those learned from',
  },
  {
    name: 'splitSeed',
    flag: '--split-seed <number>',
    description:
      'of --by-sample: an integer from 0 to 2147483647; default 1; the same for training and evaluation',
  },
]);

export const splitChoiceShape = {
  split: textOption().optional(),
  fold: textOption().optional(),
  bySample: switchOption(),
  splitSeed: integerOption(0, 2 ** 31 - 1, 1),
};

interface ParsedChoice {
  readonly split?: string | undefined;
  readonly fold?: string | undefined;
  readonly bySample: boolean;
  readonly splitSeed: number;
}

/** INVALID_ARGUMENT where two ways are asked for, or one by half. */
export function splitChoiceOf({ split, fold, bySample, splitSeed }: ParsedChoice): SplitChoice {
  if (split !== undefined && bySample) {
    throw invalidArgument('--split and --by-sample are both given; programs are parted one way');
  }
  if (split === undefined && fold !== undefined) {
    throw invalidArgument(`--fold is "${fold}" without --split; name the file that it is in`);
  }
  if (bySample) return Object.freeze({ kind: 'by-sample', seed: splitSeed });
  if (split === undefined) return Object.freeze({ kind: 'all' });
  if (fold === undefined) {
    throw invalidArgument(
      '--split is given without --fold; "cdmpp splits show FILE" lists the names',
    );
  }
  return Object.freeze({ kind: 'split', file: resolve(split), fold });
}
