import type { Task } from '../program';
import { type RecordStore, unknownTask } from '../store';
import type { TaskRef } from './cost-model-service';

/**
 * The tasks in use, one object for each id, whatever the calls bring: those by
 * id are read from the store where they are not at hand. The least recently
 * used go first.
 */
export class TaskCache {
  readonly #store: RecordStore;
  readonly #maxTasks: number;
  /** In the order of use, the oldest first. */
  readonly #tasks = new Map<string, Task>();

  constructor(store: RecordStore, maxTasks: number) {
    this.#store = store;
    this.#maxTasks = maxTasks;
  }

  /** NOT_FOUND for an id that neither this server nor its store knows. */
  async resolve(ref: TaskRef): Promise<Task> {
    const id = typeof ref === 'string' ? ref : ref.id;
    const held = this.#tasks.get(id);
    const given = typeof ref === 'string' ? undefined : ref;
    const task = held ?? given ?? (await this.#store.getTask(id));
    if (task === undefined) throw unknownTask(id);
    this.#use(task);
    return task;
  }

  #use(task: Task): void {
    this.#tasks.delete(task.id);
    this.#tasks.set(task.id, task);
    if (this.#tasks.size <= this.#maxTasks) return;
    const [oldest] = this.#tasks.keys();
    this.#tasks.delete(oldest as string);
  }
}
