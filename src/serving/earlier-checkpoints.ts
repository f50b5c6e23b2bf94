import type { Log } from '../base';
import { TARGET_KINDS, type TargetKind } from '../program';
import type { CheckpointStore } from '../store';
import { lineName } from './model-lines';
import type { SequenceByKind } from './sequence-by-kind';

/**
 * Checkpoints of servers that had one line for all targets, `cdmpp@3`, become those of the line of
 * the tasks in the store; of both lines where it has records of both kinds, since the model
 * learned from both. Without records they are the CPU line's.
 */
export async function adoptEarlierCheckpoints(
  checkpoints: CheckpointStore,
  modelName: string,
  lastSequences: SequenceByKind,
  log: Log,
): Promise<void> {
  const versions = await checkpoints.versions(modelName);
  if (versions.length === 0) return;
  const measured = TARGET_KINDS.filter((kind) => lastSequences[kind] > 0);
  const kinds: readonly TargetKind[] = measured.length === 0 ? ['cpu'] : measured;
  const names = kinds.map((kind) => lineName(modelName, kind));
  log.info('checkpoints:renamed', { from: modelName, to: names, versions });
  await checkpoints.rename(modelName, names);
}
