import type { MeasuredRecord } from '../program';
import type { AppendPart } from '../store';

/** Records and characters of one transaction: a fraction of a second's work, some megabytes. */
const RECORDS_PER_BATCH = 2048;
const CHARACTERS_PER_BATCH = 8 * 1024 * 1024;

interface Run {
  readonly taskId: string;
  readonly records: MeasuredRecord[];
}

/** Records of one log, in its order, until they are enough for a transaction. */
export class LogBatch {
  /** One for each stretch of lines that are of one task. */
  #runs: Run[] = [];
  #count = 0;
  #characters = 0;

  get isFull(): boolean {
    return this.#count >= RECORDS_PER_BATCH || this.#characters >= CHARACTERS_PER_BATCH;
  }

  add(taskId: string, record: MeasuredRecord): void {
    const run = this.#runs.at(-1);
    if (run?.taskId === taskId) run.records.push(record);
    else this.#runs.push({ taskId, records: [record] });
    this.#count += 1;
    this.#characters += record.recordLine.length;
  }

  /** What was added since the last call. */
  take(): readonly AppendPart[] {
    const runs = this.#runs;
    this.#runs = [];
    this.#count = 0;
    this.#characters = 0;
    return runs;
  }
}
