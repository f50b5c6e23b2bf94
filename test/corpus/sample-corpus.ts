import { type Corpus, readCorpus } from '../../src/corpus';
import type { MeasuredRecord, Task } from '../../src/program';
import { MemoryRecordStore, type RecordStore } from '../../src/store';
import { domainTask } from '../support/domain-samples';
import { loadFixture } from '../support/fixtures';
import { withParts } from '../support/renamed-task';
import { syntheticSource } from '../zoo/synthetic-features';

/** Two computations on two devices, and one of a network on one of them. */
export const sampleTasks: readonly Task[] = [
  domainTask(8, 'one'),
  domainTask(16, 'one'),
  domainTask(8, 'two'),
  domainTask(16, 'two'),
  withParts(loadFixture('matmul-cpu').task, { networks: [{ name: 'bert', occurrences: 4 }] }),
];

/** A measurement of the synthetic program with these leaves, of four features each. */
export function leafRecord(
  leaves: readonly (readonly number[])[],
  costsSeconds: readonly number[],
  overrides: Partial<MeasuredRecord> = {},
): MeasuredRecord {
  const loopNest = JSON.stringify(leaves);
  return {
    idempotencyKey: `${loopNest} ${costsSeconds.join(' ')} ${overrides.timestampSeconds ?? 0}`,
    program: { loopNest, transformSteps: '' },
    costsSeconds,
    errorNumber: 0,
    errorMessage: '',
    allCostSeconds: 0,
    timestampSeconds: 0,
    recordLine: '',
    ...overrides,
  };
}

/** A program with one leaf whose first feature is `number`. */
export function numberedRecord(number: number, costSeconds: number): MeasuredRecord {
  return leafRecord([[number, 0, 0, 0]], [costSeconds]);
}

/** A store in memory for as long as the action takes. */
export async function withMemoryStore<T>(action: (store: RecordStore) => Promise<T>): Promise<T> {
  const store = new MemoryRecordStore();
  try {
    return await action(store);
  } finally {
    await store.dispose();
  }
}

/** `programsPerTask` programs of each sample task. */
export async function sampleCorpus(programsPerTask: number): Promise<Corpus> {
  return withMemoryStore(async (store) => {
    for (const [place, task] of sampleTasks.entries()) {
      await store.putTask(task);
      const records = Array.from({ length: programsPerTask }, (_, i) => ({
        ...numberedRecord(i, 1e-4 * (i + 1)),
        idempotencyKey: `${place} ${i}`,
      }));
      await store.append(task.id, records, 'sample');
    }
    return readCorpus(store, { source: syntheticSource() });
  });
}
