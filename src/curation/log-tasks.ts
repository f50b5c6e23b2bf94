import type { LogRecord } from '../ansor-log';
import { createLogTask, hardwareParamsOf, type MeasuredRecord, measurementKey } from '../program';
import type { RecordStore } from '../store';

/** Gives the id that records of a line's task are stored under; asks the store once a task. */
export class TaskResolver {
  readonly #store: RecordStore;
  readonly #ids = new Map<string, string>();

  constructor(store: RecordStore) {
    this.#store = store;
  }

  /** Tasks that were met. */
  get size(): number {
    return this.#ids.size;
  }

  async taskIdOf(record: LogRecord, deviceName: string): Promise<string> {
    const { workloadKey, target, hardwareParams } = record;
    const key = [workloadKey, target, hardwareParams.join(), deviceName].join('\n');
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = await this.#store.putLogTask(
      createLogTask({
        workloadKey,
        target,
        // Logs of the oldest versions have none: nothing is known then.
        hardwareParams: hardwareParamsOf(hardwareParams.map((value) => Math.max(0, value))),
        deviceName,
      }),
    );
    this.#ids.set(key, id);
    return id;
  }
}

/** A line of a log as the store keeps it. */
export function measuredRecordOf(taskId: string, record: LogRecord, line: string): MeasuredRecord {
  return {
    idempotencyKey: measurementKey(taskId, line),
    program: { loopNest: '', transformSteps: record.transformSteps },
    costsSeconds: record.costsSeconds,
    errorNumber: record.errorNumber,
    errorMessage: '',
    allCostSeconds: record.allCostSeconds,
    timestampSeconds: record.timestampSeconds,
    recordLine: line,
  };
}
