import { measuredLatencySeconds } from '../program';
import type { StoredRecord } from '../store';

interface Candidate {
  readonly stored: StoredRecord;
  readonly latencySeconds: number;
}

/**
 * Of a task's records those of the `count` fastest programs, one valid record each (its fastest),
 * in the order in which they were stored. Holds no more than twice that many records.
 */
export async function bestOfTask(
  pages: AsyncIterable<readonly StoredRecord[]>,
  count: number,
): Promise<readonly StoredRecord[]> {
  let best = new Map<string, Candidate>();
  for await (const page of pages) {
    for (const stored of page) {
      const latencySeconds = measuredLatencySeconds(stored.record);
      if (latencySeconds === undefined) continue;
      const held = best.get(stored.programHash);
      if (held !== undefined && held.latencySeconds <= latencySeconds) continue;
      best.set(stored.programHash, { stored, latencySeconds });
      if (best.size >= 2 * count) best = fastestOf(best, count);
    }
  }
  return [...fastestOf(best, count).values()]
    .map(({ stored }) => stored)
    .sort((a, b) => a.sequence - b.sequence);
}

function fastestOf(best: ReadonlyMap<string, Candidate>, count: number): Map<string, Candidate> {
  const sorted = [...best].sort(([, a], [, b]) => a.latencySeconds - b.latencySeconds);
  return new Map(sorted.slice(0, count));
}
