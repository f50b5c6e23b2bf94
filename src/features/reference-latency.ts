/** The one scale of a task's scores. */
import {
  dtypeBytes,
  type Expression,
  operandsOf,
  type StageComputation,
  type Task,
} from '../program';
import { createDeviceModel } from './device-model';
import { countOps, floatOps } from './op-count';

/**
 * Lower bound of any schedule of the task: its arithmetic at the device's peak,
 * or its inputs and its result at the device's bandwidth, whichever is longer.
 * Seconds, positive; the same for the same task for ever.
 */
export function referenceLatencySeconds(task: Task): number {
  const device = createDeviceModel(task);
  const sizes = new Map(
    task.tensors.map(({ name, shape, dtype }) => {
      const elementBytes = dtypeBytes(dtype) ?? 4;
      return [name, { elementBytes, bytes: product(shape) * elementBytes }];
    }),
  );
  const placeholders = new Set(
    task.stages.filter((stage) => stage.kind === 'placeholder').map((stage) => stage.name),
  );
  let operations = 0;
  const readElements = new Map<string, number>();
  for (const stage of task.stages) {
    const iterations = product([...stage.axes, ...stage.reduceAxes].map((axis) => axis.extent));
    if (stage.kind === 'compute') {
      operations += floatOps(countOps(asComputation(stage.name, stage.bodies))) * iterations;
    }
    for (const body of stage.bodies) countReads(body, iterations, readElements);
  }
  let moved = 0;
  for (const [name, { elementBytes, bytes }] of sizes) {
    const read = readElements.get(name);
    // A gather reads less than its table; what nobody reads is a result, written once.
    if (placeholders.has(name)) moved += Math.min(bytes, (read ?? 0) * elementBytes);
    else if (read === undefined) moved += bytes;
  }
  return Math.max(
    operations / device.peakFlops,
    moved / device.memoryBandwidthBytesPerSecond,
    1e-9,
  );
}

function asComputation(name: string, bodies: readonly Expression[]): StageComputation {
  return {
    name,
    kind: 'compute',
    axisNames: [],
    spatialCount: 0,
    outputShape: [],
    bodies,
    outputs: [],
    origins: [],
  };
}

function countReads(node: Expression, iterations: number, into: Map<string, number>): void {
  if (node.kind === 'load') into.set(node.tensor, (into.get(node.tensor) ?? 0) + iterations);
  for (const operand of operandsOf(node)) countReads(operand, iterations, into);
}

function product(extents: readonly number[]): number {
  return extents.reduce((total, extent) => total * extent, 1);
}
