import {
  computationHash,
  describeTask,
  deviceNameOf,
  isLogTask,
  type LogTask,
  measuredLatencySeconds,
  operatorFamily,
  programHash,
  type Task,
} from '../program';
import type { DatasetSummary } from './dataset-card';
import type { DatasetRecord } from './measurement-rows';
import { NoiseFloorMeter } from './noise-floor';

/** Counts over records; a program is one of a task, and a task stands on one device. */
class Tally {
  records = 0;
  validRecords = 0;
  readonly tasks = new Set<string>();
  readonly #programs = new Set<number>();

  add(taskId: string, program: number, isValid: boolean): void {
    this.records += 1;
    if (isValid) this.validRecords += 1;
    this.tasks.add(taskId);
    this.#programs.add(program);
  }

  counts() {
    const programs = this.#programs.size;
    const { records, validRecords } = this;
    return { records, validRecords, programs, repetitions: records - programs };
  }
}

interface ComputationFacts {
  readonly hash: string;
  readonly family: string;
  readonly description: string;
  readonly networks: Set<string>;
  readonly validRecords: Map<string, number>;
}

/** Counts, networks, computations and noise floor of a dataset: all that its card tells of its rows. */
export class Summary {
  readonly #total = new Tally();
  readonly #devices = new Map<string, Tally>();
  readonly #meters = new Map<string, NoiseFloorMeter>();
  readonly #networks = new Map<string, { tally: Tally; computations: Set<string> }>();
  readonly #computations = new Map<string, ComputationFacts>();
  readonly #keyOfTask = new Map<string, string>();
  /** Numbers stand for programs in all counts: their names are long. */
  readonly #programs = new Map<string, number>();
  #firstSeconds = Number.POSITIVE_INFINITY;
  #lastSeconds = Number.NEGATIVE_INFINITY;

  add({ task, record }: DatasetRecord): void {
    const device = deviceNameOf(task);
    const name = `${task.id} ${programHash(record.program)}`;
    const program = mapped(this.#programs, name, () => this.#programs.size);
    const latencySeconds = measuredLatencySeconds(record);
    const isValid = latencySeconds !== undefined;
    const facts = this.#factsOf(task);
    const tallies = [this.#total, mapped(this.#devices, device, () => new Tally())];
    for (const use of isLogTask(task) ? [] : task.networks) {
      const network = mapped(this.#networks, use.name, () => ({
        tally: new Tally(),
        computations: new Set<string>(),
      }));
      network.computations.add(facts.hash);
      facts.networks.add(use.name);
      tallies.push(network.tally);
    }
    for (const tally of tallies) tally.add(task.id, program, isValid);
    const validBefore = facts.validRecords.get(device) ?? 0;
    facts.validRecords.set(device, validBefore + (isValid ? 1 : 0));
    if (isValid) {
      const meter = mapped(this.#meters, device, () => new NoiseFloorMeter());
      meter.add(program, latencySeconds, record.timestampSeconds);
    }
    this.#firstSeconds = Math.min(this.#firstSeconds, record.timestampSeconds);
    this.#lastSeconds = Math.max(this.#lastSeconds, record.timestampSeconds);
  }

  /** Sorted by name; computations by family and description. `schedules`: rows of programs. */
  result(schedules: number): DatasetSummary {
    return {
      measuredFrom: isoTime(this.#firstSeconds),
      measuredUntil: isoTime(this.#lastSeconds),
      total: {
        tasks: this.#total.tasks.size,
        computations: this.#computations.size,
        schedules,
        ...this.#total.counts(),
      },
      devices: byName(this.#devices).map(([name, tally]) => ({
        name,
        tasks: tally.tasks.size,
        ...tally.counts(),
        noiseFloor: (this.#meters.get(name) ?? new NoiseFloorMeter()).result(),
      })),
      networks: byName(this.#networks).map(([name, { tally, computations }]) => ({
        name,
        computations: computations.size,
        tasks: tally.tasks.size,
        ...tally.counts(),
      })),
      computations: byName(this.#computations)
        .map(([, facts]) => ({
          ...facts,
          networks: [...facts.networks].sort(),
          validRecords: Object.fromEntries(byName(facts.validRecords)),
        }))
        .sort((a, b) => compare(a.family, b.family) || compare(a.description, b.description)),
    };
  }

  #factsOf(task: Task | LogTask): ComputationFacts {
    const key = mapped(this.#keyOfTask, task.id, () =>
      isLogTask(task) ? `log ${task.workloadKey}` : computationHash(task),
    );
    return mapped(this.#computations, key, () => ({
      hash: isLogTask(task) ? '' : key,
      family: isLogTask(task) ? '' : operatorFamily(task),
      description: isLogTask(task) ? task.workloadKey : describeTask(task),
      networks: new Set<string>(),
      validRecords: new Map<string, number>(),
    }));
  }
}

function mapped<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function byName<V>(map: ReadonlyMap<string, V>): [string, V][] {
  return [...map].sort(([a], [b]) => compare(a, b));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Empty while there are no records, or where a record's time is none that a calendar knows. */
function isoTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
