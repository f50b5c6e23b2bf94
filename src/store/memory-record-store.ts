import type { TaskRecord } from '../predictor';
import type { MeasuredRecord, Task } from '../program';
import type { AppendResult, RecordStore } from './record-store';
import { assertStorable } from './storable-record';
import { storeClosed, unknownTask } from './store-error';

/**
 * Records in memory, for tests and for a server that is told to keep nothing.
 * It keeps the contract of `RecordStore` but for one word: nothing outlives the
 * process.
 */
export class MemoryRecordStore implements RecordStore {
  readonly #tasks = new Map<string, Task>();
  readonly #records: TaskRecord[] = [];
  readonly #sequenceOfKey = new Map<string, number>();
  #open = true;

  async putTask(task: Task): Promise<void> {
    this.#assertOpen();
    if (!this.#tasks.has(task.id)) this.#tasks.set(task.id, task);
  }

  async getTask(taskId: string): Promise<Task | undefined> {
    this.#assertOpen();
    return this.#tasks.get(taskId);
  }

  async append(taskId: string, records: readonly MeasuredRecord[]): Promise<AppendResult> {
    this.#assertOpen();
    const task = this.#tasks.get(taskId);
    if (task === undefined) throw unknownTask(taskId);
    records.forEach(assertStorable);
    let accepted = 0;
    let lastSequence = 0;
    for (const record of records) {
      let sequence = this.#sequenceOfKey.get(record.idempotencyKey);
      if (sequence === undefined) {
        sequence = this.#records.length + 1;
        this.#records.push(Object.freeze({ task, record, sequence }));
        this.#sequenceOfKey.set(record.idempotencyKey, sequence);
        accepted += 1;
      }
      lastSequence = Math.max(lastSequence, sequence);
    }
    return {
      accepted,
      duplicates: records.length - accepted,
      lastSequence,
      totalRecords: this.#records.length,
    };
  }

  async read(afterSequence: number, limit: number): Promise<readonly TaskRecord[]> {
    this.#assertOpen();
    return this.#records.slice(afterSequence, afterSequence + limit);
  }

  async countRecords(): Promise<number> {
    this.#assertOpen();
    return this.#records.length;
  }

  async lastSequence(): Promise<number> {
    return this.countRecords();
  }

  async dispose(): Promise<void> {
    this.#open = false;
  }

  #assertOpen(): void {
    if (!this.#open) throw storeClosed();
  }
}
