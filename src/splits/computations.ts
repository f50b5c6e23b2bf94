import {
  computationHash,
  describeTask,
  kernelHash,
  type OperatorFamily,
  operatorFamily,
  type Task,
} from '../program';

/** What is known of one computation over all tasks of a store. */
export interface Computation {
  readonly hash: string;
  /** Hash of its heaviest stage: computations that share it never stand on two sides. */
  readonly kernel: string;
  readonly family: OperatorFamily;
  /** For people: family and shapes. */
  readonly description: string;
  /** Names it goes by, sorted: one for each log or network that calls it differently. */
  readonly workloadKeys: readonly string[];
  /** Sorted names of the networks that it occurs in; empty: of none. */
  readonly networks: readonly string[];
  /** Sorted names of the devices that there is a task on. */
  readonly devices: readonly string[];
}

/** One a computation, sorted by hash: the order of the tasks, and their number, do not count. */
export function gatherComputations(tasks: Iterable<Task>): readonly Computation[] {
  const found = new Map<string, Task[]>();
  for (const task of tasks) {
    const hash = computationHash(task);
    const same = found.get(hash);
    if (same === undefined) found.set(hash, [task]);
    else same.push(task);
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([hash, same]) => {
      const one = same[0] as Task;
      return Object.freeze({
        hash,
        kernel: kernelHash(one),
        family: operatorFamily(one),
        description: describeTask(one),
        workloadKeys: sortedSet(same.map((task) => task.workloadKey)),
        networks: sortedSet(same.flatMap((task) => task.networks.map((use) => use.name))),
        devices: sortedSet(same.map((task) => task.device.name)),
      });
    });
}

/** Computations of one kernel together, in the order of their first ones. */
export function groupByKernel(
  computations: readonly Computation[],
): readonly (readonly Computation[])[] {
  const groups = new Map<string, Computation[]>();
  for (const one of computations) {
    const group = groups.get(one.kernel);
    if (group === undefined) groups.set(one.kernel, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

export function sortedSet(texts: readonly string[]): readonly string[] {
  return Object.freeze([...new Set(texts)].sort());
}
