/** The one scale of a task's scores. */
import { type Expression, type StageComputation, dtypeBytes, type Task } from '../program';
import { createDeviceModel } from './device-model';
import { countOps, floatOps } from './op-count';

/**
 * Lower bound of any schedule of the task: its arithmetic at the device's peak,
 * or its inputs and its result at the device's bandwidth, whichever is longer.
 * Seconds, positive; the same for the same task for ever.
 */
export function referenceLatencySeconds(task: Task): number {
  const device = createDeviceModel(task);
  const bytes = new Map(task.tensors.map(({ name, shape, dtype }) => [name, product(shape) * (dtypeBytes(dtype) ?? 4)]));
  let operations = 0;
  let moved = 0;
  const loaded = new Set<string>();
  for (const stage of task.stages) {
    if (stage.kind === 'placeholder') moved += bytes.get(stage.name) ?? 0;
    const axes = [...stage.axes, ...stage.reduceAxes];
    if (stage.kind === 'compute') {
      operations += floatOps(countOps(asComputation(stage.name, stage.bodies))) * product(axes.map((axis) => axis.extent));
    }
    for (const body of stage.bodies) collectLoads(body, loaded);
  }
  for (const [name, size] of bytes) {
    const isPlaceholder = task.stages.some((stage) => stage.kind === 'placeholder' && stage.name === name);
    if (!loaded.has(name) && !isPlaceholder) moved += size;
  }
  return Math.max(operations / device.peakFlops, moved / device.memoryBandwidthBytesPerSecond, 1e-9);
}

function asComputation(name: string, bodies: readonly Expression[]): StageComputation {
  return { name, kind: 'compute', axisNames: [], spatialCount: 0, outputShape: [], bodies, outputs: [], origins: [] };
}

function collectLoads(node: Expression, into: Set<string>): void {
  if (node.kind === 'load') into.add(node.tensor);
  if (node.kind === 'constant' || node.kind === 'axis') return;
  for (const operand of node.kind === 'load' ? node.indices : node.operands) collectLoads(operand, into);
}

function product(extents: readonly number[]): number {
  return extents.reduce((total, extent) => total * extent, 1);
}
