import type { Corpus } from './corpus';

/** How far two measurements of one program are apart: no predictor comes closer to one of them. */
export interface NoiseFloor {
  /** Programs that were measured twice. */
  readonly pairs: number;
  /** Median of |a - b| / mean of the first two measurements, in percent. */
  readonly medianPercent: number;
}

/** By device; devices without a repetition have none. */
export function noiseFloors({ tasks, entries }: Corpus): ReadonlyMap<string, NoiseFloor> {
  const spreads = new Map<string, number[]>();
  for (const { taskIndex, repetitionSpread } of entries) {
    const device = tasks[taskIndex]?.deviceName;
    if (device === undefined || repetitionSpread === undefined) continue;
    const known = spreads.get(device);
    if (known === undefined) spreads.set(device, [repetitionSpread]);
    else known.push(repetitionSpread);
  }
  const floors = [...spreads].map(([device, values]) => {
    const floor = { pairs: values.length, medianPercent: 100 * medianOf(values) };
    return [device, floor] as const;
  });
  return new Map(floors.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Of an even number the mean of the two in the middle; of at least one. */
function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] as number;
  const upper = sorted[Math.floor(sorted.length / 2)] as number;
  return (lower + upper) / 2;
}
