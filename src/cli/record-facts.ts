/** Tasks and records as JSON lines, for programs. */
import { deviceNameOf } from '../curation';
import { isLogTask, type LogTask, measuredLatencySeconds, type Task } from '../program';
import type { RecordFilter, RecordStore, StoredRecord, TaskSummary } from '../store';

export function summaryFacts({ task, ...counts }: TaskSummary): object {
  return { ...taskFacts(task), ...counts };
}

function taskFacts(task: Task | LogTask): object {
  const { id, workloadKey, target, hardwareParams } = task;
  const facts = { task: id, device: deviceNameOf(task), workloadKey, target, hardwareParams };
  return isLogTask(task)
    ? { ...facts, isWhole: false }
    : { ...facts, isWhole: true, structureHash: task.structureHash, networks: task.networks };
}

export function recordFacts({ sequence, task, record, ...stored }: StoredRecord): object {
  return {
    sequence,
    task: task.id,
    device: deviceNameOf(task),
    programHash: stored.programHash,
    latencySeconds: measuredLatencySeconds(record) ?? null,
    costsSeconds: record.costsSeconds,
    errorNumber: record.errorNumber,
    measuredSeconds: record.timestampSeconds,
    source: stored.source,
    storedSeconds: stored.storedSeconds,
  };
}

/** Records of one read of the store. */
const PAGE_RECORDS = 1024;

/** The oldest `limit` records that the filter means, a page at a time. */
export async function* oldestRecords(
  store: RecordStore,
  filter: RecordFilter,
  limit: number,
): AsyncGenerator<readonly StoredRecord[]> {
  let after = 0;
  let left = limit;
  while (left > 0) {
    const page = await store.readRecords(filter, after, Math.min(left, PAGE_RECORDS));
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.sequence;
    left -= page.length;
  }
}
