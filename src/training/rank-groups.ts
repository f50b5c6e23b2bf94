/** Slots for the pairs of a step: see `ranking-loss`. */

export interface RankSlots {
  readonly rows: number;
  readonly slotsPerRow: number;
  /** [rows · slotsPerRow] program of the step in each slot; 0 in an empty one. */
  readonly programs: Int32Array;
  /** [rows · slotsPerRow] number of the chunk in each slot; -1 in an empty one. */
  readonly chunks: Float32Array;
}

/**
 * Packs chunks of programs into rows as long as the longest, first fit in decreasing
 * order (Johnson 1973): many small tasks beside a large one do not each take a row of
 * its length. A chunk of one has no pairs and gets no slot.
 *
 * @param chunkSizes lengths of runs of programs of one task, in their order
 */
export function packRankSlots(chunkSizes: readonly number[]): RankSlots {
  const starts: number[] = [];
  let start = 0;
  for (const size of chunkSizes) {
    starts.push(start);
    start += size;
  }
  const order = [...chunkSizes.keys()]
    .filter((chunk) => (chunkSizes[chunk] as number) > 1)
    .sort((a, b) => (chunkSizes[b] as number) - (chunkSizes[a] as number) || a - b);
  const slotsPerRow = chunkSizes[order[0] ?? -1] ?? 0;
  const used: number[] = [];
  const places = order.map((chunk) => {
    const size = chunkSizes[chunk] as number;
    const found = used.findIndex((count) => count + size <= slotsPerRow);
    const row = found < 0 ? used.length : found;
    const at = used[row] ?? 0;
    used[row] = at + size;
    return row * slotsPerRow + at;
  });
  const programs = new Int32Array(used.length * slotsPerRow);
  const chunks = new Float32Array(used.length * slotsPerRow).fill(-1);
  order.forEach((chunk, i) => {
    const place = places[i] as number;
    for (let k = 0; k < (chunkSizes[chunk] as number); k++) {
      programs[place + k] = (starts[chunk] as number) + k;
      chunks[place + k] = chunk;
    }
  });
  return { rows: used.length, slotsPerRow, programs, chunks };
}
