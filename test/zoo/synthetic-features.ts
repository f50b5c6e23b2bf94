/**
 * Features that a test writes itself: a program is the JSON of its leaves, so that
 * the predictor is tested apart from the readers.
 */
import type { Rng } from '../../src/base';
import { Code } from '../../src/errors';
import {
  createFeatureBatchBuffer,
  createFeatureSchema,
  type FeatureSource,
} from '../../src/features';
import type { TaskRecord } from '../../src/predictor';
import type { ProgramSource, Task } from '../../src/program';

const LEAF = ['a', 'b', 'c', 'd'];
const DEVICE = ['cores', 'clock'];

export interface CountingSource extends FeatureSource {
  /** Programs read so far. */
  readonly extracted: { count: number };
  readonly made: string[];
}

export function syntheticSource(names: readonly string[] = LEAF): CountingSource {
  const extracted = { count: 0 };
  const made: string[] = [];
  return {
    featureSet: 'loop-nest',
    schema: createFeatureSchema(names, DEVICE),
    extracted,
    made,
    createExtractor: (task) => {
      made.push(task.id);
      const batch = createFeatureBatchBuffer(names.length);
      const extract = (program: ProgramSource): void => {
        extracted.count++;
        const leaves = parsed(program);
        if (leaves === undefined) {
          const reason = 'loop_nest: not JSON';
          batch.fail({ ok: false, failure: 'unreadable', code: Code.InvalidArgument, reason });
          return;
        }
        const row = batch.addProgram(leaves.length, 1e-4 * leaves.length);
        batch.leaves.set(leaves.flat(), row * names.length);
        leaves.forEach((_, i) => {
          batch.positions[row + i] = 3 * i;
          batch.depths[row + i] = 2;
        });
      };
      return {
        extractBatch(programs) {
          batch.begin(programs.length);
          programs.forEach(extract);
          return batch;
        },
      };
    },
    deviceVector: () => Float32Array.of(2, 3),
    referenceSeconds: () => 1e-4,
  };
}

function parsed(program: ProgramSource): number[][] | undefined {
  try {
    return JSON.parse(program.loopNest);
  } catch {
    return undefined;
  }
}

/** Only what the synthetic source and the predictor look at. */
export function syntheticTask(id = 'task'): Task {
  return { id, device: { name: 'synthetic' } } as Task;
}

export function syntheticProgram(rng: Rng, mostLeaves = 4): ProgramSource {
  const leaves = Array.from({ length: 1 + rng.nextInt(mostLeaves) }, () =>
    LEAF.map(() => rng.nextNormal()),
  );
  return { loopNest: JSON.stringify(leaves), transformSteps: '' };
}

/** Seconds, by a law that can be learned. */
export function syntheticLatency(program: ProgramSource): number {
  const leaves = JSON.parse(program.loopNest) as [number, number][];
  return leaves.reduce((sum, [a, b]) => sum + 1e-4 * Math.exp(0.6 * a - 0.4 * b), 0);
}

export function syntheticRecord(task: Task, program: ProgramSource, sequence: number): TaskRecord {
  return {
    task,
    sequence,
    record: {
      idempotencyKey: `${task.id}/${sequence}`,
      program,
      costsSeconds: [syntheticLatency(program)],
      errorNumber: 0,
      errorMessage: '',
      allCostSeconds: 0,
      timestampSeconds: 0,
      recordLine: '',
    },
  };
}

export function syntheticRecords(rng: Rng, count: number, task = syntheticTask()): TaskRecord[] {
  return Array.from({ length: count }, (_, i) =>
    syntheticRecord(task, syntheticProgram(rng), i + 1),
  );
}
