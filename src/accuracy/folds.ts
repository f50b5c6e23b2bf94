import { type Computation, makeSplits, type SkippedSplit, type Split } from '../splits';
import type { Protocol } from './protocol-file';

/** One training and test of a protocol; over its folds everything is tested that the protocol tests. */
export interface Fold {
  /** Part of a path: `fold-1`, `k80/fold-1`, `all`. */
  readonly name: string;
  /** Of protocols by a split. */
  readonly split?: Split;
  /** The device that is held out, where one is. */
  readonly device?: string;
}

export interface Folds {
  readonly folds: readonly Fold[];
  readonly skipped: readonly SkippedSplit[];
}

export function foldsOf(
  protocol: Protocol,
  computations: readonly Computation[],
  splitSeed: number,
): Folds {
  switch (protocol.kind) {
    case 'by-sample':
      return { folds: [{ name: 'all' }], skipped: [] };
    case 'device-records': {
      const devices = devicesOf(protocol.device, computations);
      return { folds: devices.map((device) => ({ name: device, device })), skipped: [] };
    }
    case 'by-split': {
      const { splits, skipped } = makeSplits(protocol.split, computations, splitSeed);
      return { folds: splits.map((split) => ({ name: split.name, split })), skipped };
    }
    case 'few-shot': {
      const { splits, skipped } = makeSplits(protocol.split, computations, splitSeed);
      const wanted = devicesOf(protocol.device, computations);
      const folds = wanted.flatMap((device) =>
        splits
          .filter(({ name }) => name === device || name.startsWith(`${device}/`))
          .map((split) => ({ name: split.name, split, device })),
      );
      return { folds, skipped };
    }
  }
}

function devicesOf(wanted: string, computations: readonly Computation[]): readonly string[] {
  const known = [...new Set(computations.flatMap((one) => one.devices))].sort();
  return wanted === 'each' ? known : known.filter((device) => device === wanted);
}
