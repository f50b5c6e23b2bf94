import { createHash } from 'node:crypto';
import type { Corpus, CorpusEntry, CorpusTask } from '../../src/corpus';
import { createFeatureSchema } from '../../src/features';
import type { OperatorFamily, Task } from '../../src/program';

export interface SampleTask {
  readonly computation: string;
  readonly kernel?: string;
  readonly family?: OperatorFamily;
  readonly deviceName: string;
  readonly networks?: readonly string[];
  /** A program each: the values of its leaves, two numbers a leaf. */
  readonly programs: readonly (readonly number[])[];
  /** Names of the programs, for those that other tasks have too; default: one of its own each. */
  readonly names?: readonly string[];
}

/** A leaf is a value and its share of the estimate. */
export const SAMPLE_SCHEMA = createFeatureSchema(['value', 'estimate.share'], ['is_gpu']);

/** A corpus of tasks that are nothing but names; the latency of a program must not matter. */
export function sampleCorpus(tasks: readonly SampleTask[], latencySeconds = 1e-3): Corpus {
  const entries: CorpusEntry[] = [];
  const known = tasks.map((task, taskIndex): CorpusTask => {
    const { computation, kernel = computation, deviceName, networks = [], programs } = task;
    const id = `${computation}@${deviceName}`;
    programs.forEach((values, index) => {
      const leafCount = values.length / 2;
      const name = task.names?.[index] ?? `${id} ${index}`;
      entries.push({
        taskIndex,
        example: {
          program: {
            leafCount,
            leaves: Float32Array.from(values),
            positions: Int32Array.from({ length: leafCount }, (_, leaf) => leaf + 1),
            depths: new Int32Array(leafCount).fill(1),
          },
          device: Float32Array.from([0]),
          deviceName,
          taskId: id,
          logLatency: Math.log(latencySeconds * (1 + index)),
          logEstimate: Math.log(1e-3 * (1 + (values[0] as number) ** 2)),
          logReference: Math.log(1e-4),
        },
        programHash: createHash('sha256').update(name).digest('hex'),
        latencySeconds: latencySeconds * (1 + index),
        sequences: [entries.length + 1],
        recordSeconds: [latencySeconds * (1 + index)],
        repetitionSpread: undefined,
      });
    });
    return {
      task: { id } as Task,
      computation,
      kernel,
      family: task.family ?? 'dense',
      deviceName,
      networks,
    };
  });
  return {
    schema: SAMPLE_SCHEMA,
    tasks: known,
    entries,
    refused: { count: 0, reasons: new Map() },
  };
}
