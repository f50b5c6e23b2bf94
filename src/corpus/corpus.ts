import type { FeatureSchema } from '../features';
import type { OperatorFamily, Task } from '../program';
import type { Example } from '../training';

/** A task of which there is at least one labelled program. */
export interface CorpusTask {
  readonly task: Task;
  /** Hash of what is computed, on whatever device. */
  readonly computation: string;
  /** Hash of the heaviest stage. */
  readonly kernel: string;
  readonly family: OperatorFamily;
  readonly deviceName: string;
  /** Names, as the task has them. */
  readonly networks: readonly string[];
}

/** One program of one task: all its valid measurements together. */
export interface CorpusEntry {
  /** Into `tasks`. */
  readonly taskIndex: number;
  /** Features and label; its arrays are views of the task's. */
  readonly example: Example;
  /** Geometric mean of its records' mean latencies. */
  readonly latencySeconds: number;
  readonly programHash: string;
  /** Of its records in the store, in the order in which they were measured. */
  readonly sequences: readonly number[];
  /** Of each of these, the mean of its repetitions. */
  readonly recordSeconds: readonly number[];
  /** |a - b| / mean of its first two measurements; undefined where there is one alone. */
  readonly repetitionSpread: number | undefined;
}

/** Records that give no label, by reason; digits of reasons are taken for equal. */
export interface Refusals {
  readonly count: number;
  readonly reasons: ReadonlyMap<string, number>;
}

/**
 * Labelled programs in memory: what is learned from and judged by. Tasks stand by id, entries by
 * task and then by program hash, so that the same records in another order, or in another store,
 * are the same corpus.
 */
export interface Corpus {
  /** Of the examples. */
  readonly schema: FeatureSchema;
  readonly tasks: readonly CorpusTask[];
  readonly entries: readonly CorpusEntry[];
  readonly refused: Refusals;
}
