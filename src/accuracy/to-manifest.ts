import type { Corpus } from '../corpus';
import { internalError } from '../errors';
import type { Manifest, ManifestHead, ManifestLine } from './manifest';
import type { Sides } from './sides';

/** The programs that stand on a side, as lines. */
export function toManifest(
  corpus: Pick<Corpus, 'tasks' | 'entries'>,
  sides: Sides,
  head: ManifestHead,
): Manifest {
  const devicesOf = new Map<string, Set<string>>();
  for (const { kernel, deviceName } of corpus.tasks) {
    const devices = devicesOf.get(kernel);
    if (devices === undefined) devicesOf.set(kernel, new Set([deviceName]));
    else devices.add(deviceName);
  }
  const lines = corpus.entries.flatMap((entry, index): readonly ManifestLine[] => {
    const side = sides[index];
    const task = corpus.tasks[entry.taskIndex];
    const sequence = entry.sequences[0];
    if (side === undefined) return [];
    if (task === undefined || sequence === undefined) throw internalError('an entry has no task');
    return [
      {
        sequence,
        taskId: task.task.id,
        device: task.deviceName,
        latencySeconds: entry.latencySeconds,
        side,
        isElsewhere: (devicesOf.get(task.kernel)?.size ?? 0) > 1,
      },
    ];
  });
  return { head, lines };
}
