import { operatorFamily } from './operator-family';
import { stageOfTensor } from './stage-of-tensor';
import type { Task } from './task';

/**
 * A task in one line for people, whose workload key may be no more than a hash: the operator's
 * family, the shapes of what it reads and of what it writes.
 */
export function describeTask(task: Pick<Task, 'stages' | 'tensors'>): string {
  const shapesOf = (isWanted: (stage: string) => boolean) =>
    task.tensors
      .filter((tensor) => isWanted(stageOfTensor(task.stages, tensor.name)?.name ?? ''))
      .map(({ shape, dtype }) => `${shape.join('x') || 'scalar'}${suffixOf(dtype)}`)
      .join(', ');
  const inputs = task.stages.filter((stage) => stage.kind === 'placeholder');
  const last = task.stages.at(-1);
  const read = shapesOf((name) => inputs.some((stage) => stage.name === name));
  return `${operatorFamily(task)} (${read}) -> ${shapesOf((name) => name === last?.name)}`;
}

function suffixOf(dtype: string): string {
  return dtype === 'float32' ? '' : `:${dtype}`;
}
