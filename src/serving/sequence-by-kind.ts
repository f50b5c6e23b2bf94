import { type TargetKind, targetKind } from '../program';
import type { RecordStore } from '../store';

/** Sequences of the record store, by the kind of the records' tasks; 0: none. */
export type SequenceByKind = Readonly<Record<TargetKind, number>>;

/** Of the newest record of each kind. */
export async function lastSequenceByKind(store: RecordStore): Promise<SequenceByKind> {
  const byTask = await store.lastSequences();
  const byKind = { cpu: 0, gpu: 0 };
  if (byTask.size === 0) return byKind;
  for await (const task of store.listTasksWhole()) {
    const kind = targetKind(task);
    byKind[kind] = Math.max(byKind[kind], byTask.get(task.id) ?? 0);
  }
  return byKind;
}
