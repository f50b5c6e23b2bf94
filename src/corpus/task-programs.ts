import {
  type FeatureBatch,
  type FeatureFailure,
  referenceLatencySeconds,
  type TaskFeatures,
} from '../features';
import type { ProgramSource, Task } from '../program';
import type { Example } from '../training';
import type { CorpusEntry } from './corpus';

/** A record that measured a latency. */
export interface Measurement {
  readonly sequence: number;
  /** Mean of the record's repetitions. */
  readonly latencySeconds: number;
  /** When, in seconds since 1970. */
  readonly measuredSeconds: number;
}

/** A program that is not known yet, with its measurements. */
export interface NewProgram {
  readonly hash: string;
  readonly source: ProgramSource;
  readonly measurements: readonly Measurement[];
}

/** A program's rows in what one extraction gave. */
interface ProgramRows {
  readonly hash: string;
  readonly measurements: Measurement[];
  /** [rows, F], row-major; rows of other programs too. */
  readonly leaves: Float32Array;
  readonly positions: Int32Array;
  readonly depths: Int32Array;
  readonly firstRow: number;
  readonly leafCount: number;
  readonly estimateSeconds: number;
}

/** Collects the programs of one task; F features a leaf. */
export class TaskPrograms {
  readonly task: Task;
  readonly #byHash = new Map<string, ProgramRows>();

  constructor(task: Task) {
    this.task = task;
  }

  /** Adds to a program that is known; false where it is not. */
  addMeasurement(hash: string, measurement: Measurement): boolean {
    const known = this.#byHash.get(hash);
    known?.measurements.push(measurement);
    return known !== undefined;
  }

  /** Adds what can be read; gives the others with the reason. */
  addPrograms(
    programs: readonly NewProgram[],
    { extractor }: TaskFeatures,
  ): readonly { readonly program: NewProgram; readonly reason: string }[] {
    const batch = extractor.extractBatch(programs.map((program) => program.source));
    const rows = batch.firstLeaf[programs.length] as number;
    const width = widthOf(batch);
    // The extractor writes over its columns at the next call.
    const leaves = batch.leaves.slice(0, rows * width);
    const positions = batch.positions.slice(0, rows);
    const depths = batch.depths.slice(0, rows);
    return programs.flatMap((program, i) => {
      const firstRow = batch.firstLeaf[i] as number;
      const endRow = batch.firstLeaf[i + 1] as number;
      const reason = refusalOf(
        batch.failures.get(i),
        leaves.subarray(firstRow * width, endRow * width),
      );
      if (reason !== undefined) return [{ program, reason }];
      this.#byHash.set(program.hash, {
        hash: program.hash,
        measurements: [...program.measurements],
        leaves,
        positions,
        depths,
        firstRow,
        leafCount: endRow - firstRow,
        estimateSeconds: batch.estimateSeconds[i] as number,
      });
      return [];
    });
  }

  get programCount(): number {
    return this.#byHash.size;
  }

  /**
   * Entries by program hash, over arrays that hold this task's programs alone. Empties the
   * collection: of what was extracted only one task's is held twice at a time.
   */
  finish(taskIndex: number, width: number, device: Float32Array): readonly CorpusEntry[] {
    const programs = [...this.#byHash.values()].sort((a, b) => (a.hash < b.hash ? -1 : 1));
    this.#byHash.clear();
    const rows = programs.reduce((sum, program) => sum + program.leafCount, 0);
    const leaves = new Float32Array(rows * width);
    const positions = new Int32Array(rows);
    const depths = new Int32Array(rows);
    const shared = {
      device,
      deviceName: this.task.device.name,
      taskId: this.task.id,
      logReference: Math.log(referenceLatencySeconds(this.task)),
    };
    let row = 0;
    return programs.map((program) => {
      const end = row + program.leafCount;
      const from = program.firstRow;
      const to = from + program.leafCount;
      leaves.set(program.leaves.subarray(from * width, to * width), row * width);
      positions.set(program.positions.subarray(from, to), row);
      depths.set(program.depths.subarray(from, to), row);
      const sequence = {
        leafCount: program.leafCount,
        leaves: leaves.subarray(row * width, end * width),
        positions: positions.subarray(row, end),
        depths: depths.subarray(row, end),
      };
      row = end;
      const inOrder = [...program.measurements].sort(byTime);
      const logLatency = meanLogLatency(inOrder);
      const example: Example = {
        ...shared,
        program: sequence,
        logLatency,
        logEstimate: Math.log(program.estimateSeconds),
      };
      return {
        taskIndex,
        example,
        latencySeconds: Math.exp(logLatency),
        programHash: program.hash,
        sequences: inOrder.map((one) => one.sequence),
        recordSeconds: inOrder.map((one) => one.latencySeconds),
        repetitionSpread: spreadOf(inOrder),
      };
    });
  }
}

function widthOf(batch: FeatureBatch): number {
  return batch.positions.length === 0 ? 0 : batch.leaves.length / batch.positions.length;
}

function refusalOf(failure: FeatureFailure | undefined, leaves: Float32Array): string | undefined {
  if (failure !== undefined) return `${failure.failure}: ${failure.reason}`;
  return leaves.every(Number.isFinite) ? undefined : 'a feature is not finite';
}

/** By time, and in the order of the store where that is equal: logs tell time in seconds. */
function byTime(a: Measurement, b: Measurement): number {
  return a.measuredSeconds - b.measuredSeconds || a.sequence - b.sequence;
}

function meanLogLatency(measurements: readonly Measurement[]): number {
  const sum = measurements.reduce((total, one) => total + Math.log(one.latencySeconds), 0);
  return sum / measurements.length;
}

function spreadOf([first, second]: readonly Measurement[]): number | undefined {
  if (first === undefined || second === undefined) return undefined;
  const difference = Math.abs(first.latencySeconds - second.latencySeconds);
  return difference / ((first.latencySeconds + second.latencySeconds) / 2);
}
