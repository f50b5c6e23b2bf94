/** Tasks and records as JSON lines, for programs. */
import {
  deviceNameOf,
  isLogTask,
  type LogTask,
  measuredLatencySeconds,
  type Task,
} from '../program';
import type { StoredRecord, TaskSummary } from '../store';

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
