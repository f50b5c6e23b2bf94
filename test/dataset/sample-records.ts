import fc from 'fast-check';
import { formatLogLine } from '../../src/ansor-log';
import {
  createLogTask,
  type LogTask,
  type MeasuredRecord,
  measurementKey,
  type Task,
} from '../../src/program';
import type { RecordStore } from '../../src/store';
import { domainTask } from '../support/domain-samples';
import { loadFixture } from '../support/fixtures';
import { withParts } from '../support/renamed-task';

export const wholeTasks: readonly Task[] = [
  domainTask(8, 'one'),
  domainTask(8, 'two'),
  withParts(loadFixture('conv2d-cpu').task, {
    networks: [
      { name: 'resnet-18', occurrences: 3 },
      { name: 'vgg-16', occurrences: 1 },
    ],
  }),
  loadFixture('layer-norm-cuda').task,
];

export const logTask: LogTask = createLogTask({
  workloadKey: '["matmul_layer", 128, 64, 32]',
  target: 'cuda -keys=cuda,gpu',
  hardwareParams: { ...(wholeTasks[0] as Task).hardwareParams, numCores: -1 },
  deviceName: 'v100',
});

/** A measurement as a log brings it: the line tells all of it, the key follows from line and task. */
export function loggedRecord(
  task: Task | LogTask,
  transformSteps: string,
  costsSeconds: readonly number[],
  timestampSeconds: number,
): MeasuredRecord {
  const result = { costsSeconds, errorNumber: 0, allCostSeconds: 0.5, timestampSeconds };
  const recordLine = formatLogLine({
    workloadKey: task.workloadKey,
    target: task.target,
    hardwareParams: [-1, 16, 64, 49152, 2147483647, 1024, 8, 32],
    targetHost: '',
    layoutRewriteOption: 0,
    taskInputNames: [],
    transformSteps,
    ...result,
    version: 'v0.6',
  });
  return {
    idempotencyKey: measurementKey(task.id, recordLine),
    program: { loopNest: `for i (0,${transformSteps.length})\n`, transformSteps },
    ...result,
    errorMessage: '',
    recordLine,
  };
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
// A byte order mark at the beginning of a text is not a part of it for those who read UTF-8.
const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.startsWith('\ufeff'));
const steps = fc
  .array(fc.tuple(fc.constantFrom('SP', 'FU', 'AN'), fc.nat(9), fc.array(fc.nat(64))))
  .map(
    (list) =>
      `[${list.map(([name, at, of]) => `["${name}", ${at}, [${of.join(', ')}]]`).join(', ')}]`,
  );

const strangeRecord = fc
  .record({
    idempotencyKey: fc.uuid(),
    // Few of them, so that schedules meet with one part equal and the other not.
    loopNest: fc.oneof(fc.constantFrom('', 'for i (0,8)\n'), text),
    transformSteps: fc.oneof(fc.constantFrom('[]', '[["AN", 0, [1]]]'), steps),
    costsSeconds: fc.array(finite, { maxLength: 5 }),
    errorNumber: fc.oneof(fc.nat(9), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1)),
    errorMessage: text,
    allCostSeconds: finite,
    timestampSeconds: finite,
    recordLine: text,
  })
  .map(
    ({ loopNest, transformSteps, ...rest }): MeasuredRecord => ({
      ...rest,
      program: { loopNest, transformSteps },
    }),
  );

export interface StoredSample {
  readonly task: Task | LogTask;
  readonly record: MeasuredRecord;
  readonly source: string;
}

const positive = fc.double({ min: 1e-9, max: 10, noNaN: true });

/** What reporting clients and logs may bring, in any mixture. */
export const storedSamples: fc.Arbitrary<readonly StoredSample[]> = fc.array(
  fc
    .record({
      task: fc.constantFrom(...wholeTasks, logTask),
      source: fc.constantFrom('tuner', 'a.json', ''),
      strange: strangeRecord,
      logged: fc.option(
        fc.record({
          steps,
          costs: fc.array(positive, { minLength: 1, maxLength: 4 }),
          seconds: fc.nat(2 ** 31 - 1),
        }),
      ),
    })
    .map(({ task, source, strange, logged }) => ({
      task,
      source,
      record:
        logged === null ? strange : loggedRecord(task, logged.steps, logged.costs, logged.seconds),
    })),
  { maxLength: 30 },
);

export async function putSamples(store: RecordStore, samples: readonly StoredSample[]) {
  for (const { task, record, source } of samples) {
    let taskId = task.id;
    if ('kind' in task) taskId = await store.putLogTask(task);
    else await store.putTask(task);
    await store.append(taskId, [record], source);
  }
}

/** All that is asked to come back equal. */
export async function contentOf(store: RecordStore): Promise<readonly StoredSample[]> {
  const records = await store.readRecords({}, 0, 100_000);
  return records.map(({ task, record, source }) => ({ task, record, source }));
}
