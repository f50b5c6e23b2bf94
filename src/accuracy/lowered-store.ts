import { readFile } from 'node:fs/promises';
import { LOWERED_ROW_LENGTH } from '../program';
import type { RecordStore, StoredRecord } from '../store';
import { readGzipLines } from './gzip-lines';
import type { Workspace } from './workspace';

/** A line of `lowered.jsonl.gz`: which rows of `lowered.f32` are a program's. */
interface LoweredLine {
  readonly taskId: string;
  readonly programHash: string;
  readonly firstRow: number;
  readonly rows: number;
}

/**
 * The store as if each record had been reported with TVM's features, which the other side has
 * extracted; a record without any stays as it is.
 */
export async function withLoweredFeatures(
  store: Pick<RecordStore, 'readRecords' | 'stats'>,
  workspace: Workspace,
): Promise<Pick<RecordStore, 'readRecords' | 'stats'>> {
  const { buffer, byteOffset, byteLength } = await readFile(workspace.path('lowered.f32'));
  // Little-endian, as all machines are that TensorFlow runs on.
  const numbers = new Float32Array(buffer, byteOffset, byteLength / Float32Array.BYTES_PER_ELEMENT);
  const lines = (await readGzipLines(workspace.path('lowered.jsonl.gz'))) as readonly LoweredLine[];
  const byProgram = new Map(lines.map((line) => [`${line.taskId} ${line.programHash}`, line]));
  const enrich = (stored: StoredRecord): StoredRecord => {
    const line = byProgram.get(`${stored.task.id} ${stored.programHash}`);
    if (line === undefined) return stored;
    const first = line.firstRow * LOWERED_ROW_LENGTH;
    const loweredFeatures = numbers.subarray(first, first + line.rows * LOWERED_ROW_LENGTH);
    const { record } = stored;
    return { ...stored, record: { ...record, program: { ...record.program, loweredFeatures } } };
  };
  return {
    stats: (filter) => store.stats(filter),
    readRecords: async (filter, after, limit) =>
      (await store.readRecords(filter, after, limit)).map(enrich),
  };
}
