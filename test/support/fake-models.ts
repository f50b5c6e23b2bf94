import { PredictorError } from '../../src/errors';
import type { ModelArtifact, TaskRecord } from '../../src/predictor';
import type { MeasuredRecord, ProgramSource, Task } from '../../src/program';
import { domainRecord, domainTask } from './domain-samples';
import { createFakeRegistry, type FakePredictor } from './fake-registry';

/** A registry of fakes on the classes of this realm, and what it made. */
export function inlineFakes() {
  const made: FakePredictor[] = [];
  return { registry: createFakeRegistry(PredictorError, made), made };
}

/** The module from which threads and processes load the same fakes. */
export const fakeRegistryModule = require.resolve('./fake-registry.js');

export function program(loopNest: string): ProgramSource {
  return { loopNest, transformSteps: '' };
}

/** Trained by the fake `cdmpp` on three records of these costs in the mean. */
export async function fakeArtifact(options: { scale: number }): Promise<ModelArtifact> {
  const predictor = inlineFakes().registry.create('cdmpp');
  const costsSeconds = [options.scale];
  const records = taskRecords(
    1,
    [1, 2, 3].map((n) => domainRecord(n, { costsSeconds })),
  );
  await predictor.fit(records, { seed: 0 });
  return predictor.save();
}

/** Records as a store gives them, from sequence `first` on. */
export function taskRecords(
  first: number,
  records: readonly MeasuredRecord[],
  task: Task = domainTask(),
): TaskRecord[] {
  return records.map((record, i) => ({ task, record, sequence: first + i }));
}

/** What the fake predictor wrote into its card. */
export function fakeState(artifact: ModelArtifact): {
  readonly scale: number | null;
  readonly trainedOn: number;
  readonly seed: number;
  readonly generation: number;
} {
  return JSON.parse(artifact.card).state;
}
