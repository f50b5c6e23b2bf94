/** Entry of the trainer process, a child of the server: the training that predict never waits for. */
import { constants } from 'node:os';
import { internalError } from '../errors';
import type { Task } from '../program';
import { lowerPriority } from './lower-priority';
import { setNativeEnvironment } from './native-environment';
import { endWithParent } from './parent-watch';
import { loadRegistry } from './registry-module';
import { encodeFailure } from './reply';
import type { TrainingResult } from './training-engine';
import { TrainingHost } from './training-host';
import type { TrainerSettings, TrainingReply, TrainingRequestMessage } from './training-protocol';

const settings = JSON.parse(process.argv[2] as string) as TrainerSettings;
// Before TensorFlow starts its threads: they inherit the priority of this one. A tenth of the
// share of others, not the least there is: a tuner that keeps all cores busy must not starve it.
lowerPriority(constants.priority.PRIORITY_BELOW_NORMAL);
setNativeEnvironment(settings.nativeEnvironment);
endWithParent(settings.parentPid);
// Ctrl-C on a terminal reaches the whole group; the server drains first, then ends this process.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));

const host = new TrainingHost(loadRegistry(settings.registryModule));
const tasks = new Map<string, Task>();

function taskOf(taskId: string): Task {
  const task = tasks.get(taskId);
  if (task === undefined) throw internalError(`task "${taskId}" did not reach the trainer`);
  return task;
}

async function perform(request: TrainingRequestMessage): Promise<TrainingResult | undefined> {
  if (request.kind === 'fit') {
    return host.fit({ ...request, onProgress: (progress) => reply({ progress }) });
  }
  for (const task of request.tasks) tasks.set(task.id, task);
  host.add(
    request.records.map(({ taskId, record, sequence }) => ({
      task: taskOf(taskId),
      record,
      sequence,
    })),
  );
  return undefined;
}

async function answer(request: TrainingRequestMessage): Promise<void> {
  try {
    reply({ id: request.id, ok: true, value: await perform(request) });
  } catch (thrown) {
    reply(encodeFailure(request.id, thrown));
  }
}

function reply(message: TrainingReply): void {
  if (process.connected) process.send?.(message);
}

process.on('message', (request: TrainingRequestMessage) => void answer(request));
