import { invalidArgument } from '../errors';
import {
  type Axis,
  createTask,
  type DeviceCard,
  type HardwareParams,
  type NetworkUse,
  type Stage,
  type Task,
  type TaskFields,
  type Tensor,
} from '../program';
import { createEnumCodec } from './enum-codec';
import { createNodeBudget, decodeExpression, encodeExpression } from './expression-codec';
import type { Axis as AxisMessage } from './gen/cdmpp/v1/Axis';
import type { DeviceCard as DeviceCardMessage } from './gen/cdmpp/v1/DeviceCard';
import type { DeviceKind } from './gen/cdmpp/v1/DeviceKind';
import type { HardwareParams as HardwareParamsMessage } from './gen/cdmpp/v1/HardwareParams';
import type { NetworkUse as NetworkUseMessage } from './gen/cdmpp/v1/NetworkUse';
import type { Stage as StageMessage } from './gen/cdmpp/v1/Stage';
import type { StageKind } from './gen/cdmpp/v1/StageKind';
import type { TaskInput, Task as TaskMessage } from './gen/cdmpp/v1/Task';
import type { Tensor as TensorMessage } from './gen/cdmpp/v1/Tensor';
import { decodeInt64, encodeInt64 } from './int64';
import { assertItemCount, assertNotEmpty, assertTextBytes } from './limits';

const STAGE_KINDS = createEnumCodec<StageKind, Stage['kind']>({
  STAGE_KIND_PLACEHOLDER: 'placeholder',
  STAGE_KIND_COMPUTE: 'compute',
  STAGE_KIND_OPAQUE: 'opaque',
});

const DEVICE_KINDS = createEnumCodec<DeviceKind, DeviceCard['kind']>({
  DEVICE_KIND_CPU: 'cpu',
  DEVICE_KIND_GPU: 'gpu',
});

/** INVALID_ARGUMENT where the message is not a task, by shape here or by value in `createTask`. */
export function decodeTask(message: TaskMessage): Task {
  return createTask(decodeTaskFields(message));
}

/** The message's shape in the words of the domain; values are not yet checked. */
export function decodeTaskFields(message: TaskMessage): TaskFields {
  assertNotEmpty('task.workload_key', message.workloadKey);
  assertNotEmpty('task.target', message.target);
  assertNotEmpty('task.compute_dag_text', message.computeDagText);
  assertTextBytes('task.workload_key', message.workloadKey);
  assertTextBytes('task.target', message.target);
  assertTextBytes('task.compute_dag_text', message.computeDagText);
  assertTextBytes('task.initial_loop_nest', message.initialLoopNest);
  assertItemCount('task.tensors', message.tensors.length);
  assertItemCount('task.stages', message.stages.length);
  assertItemCount('task.networks', message.networks.length);
  if (message.hardwareParams === null) {
    throw invalidArgument('task.hardware_params is absent; it is required');
  }
  return {
    workloadKey: message.workloadKey,
    target: message.target,
    hardwareParams: decodeHardwareParams(message.hardwareParams),
    computeDagText: message.computeDagText,
    initialLoopNest: message.initialLoopNest,
    tensors: message.tensors.map(decodeTensor),
    stages: message.stages.map(decodeStage),
    device: message.device === null ? undefined : decodeDeviceCard(message.device),
    networks: message.networks.map(decodeNetworkUse),
  };
}

/** Sends the structured DAG: what was parsed once need not be parsed again. */
export function encodeTask(task: Task): TaskInput {
  return {
    workloadKey: task.workloadKey,
    target: task.target,
    hardwareParams: { ...task.hardwareParams },
    computeDagText: task.computeDagText,
    tensors: task.tensors.map((tensor) => ({ ...tensor, shape: [...tensor.shape] })),
    stages: task.stages.map((stage) => ({
      name: stage.name,
      kind: STAGE_KINDS.encode(stage.kind),
      axes: stage.axes.map(encodeAxis),
      reduceAxes: stage.reduceAxes.map(encodeAxis),
      bodies: stage.bodies.map(encodeExpression),
      attributes: { ...stage.attributes },
    })),
    device: { ...task.device, kind: DEVICE_KINDS.encode(task.device.kind) },
    networks: task.networks.map((use) => ({ ...use })),
  };
}

function decodeNetworkUse(message: NetworkUseMessage): NetworkUse {
  return { name: message.name, occurrences: message.occurrences };
}

function encodeAxis(axis: Axis): { name: string; extent: number } {
  return { name: axis.name, extent: encodeInt64('axis.extent', axis.extent) };
}

function decodeTensor(message: TensorMessage, index: number): Tensor {
  const field = `task.tensors[${index}]`;
  return {
    name: message.name,
    shape: message.shape.map((extent, axis) => decodeInt64(`${field}.shape[${axis}]`, extent)),
    dtype: message.dtype,
  };
}

function decodeStage(message: StageMessage, index: number): Stage {
  const field = `task.stages[${index}]`;
  const budget = createNodeBudget();
  return {
    name: message.name,
    kind: STAGE_KINDS.decode(`${field}.kind`, message.kind),
    axes: message.axes.map((axis, i) => decodeAxis(`${field}.axes[${i}]`, axis)),
    reduceAxes: message.reduceAxes.map((axis, i) => decodeAxis(`${field}.reduce_axes[${i}]`, axis)),
    bodies: message.bodies.map((body, i) =>
      decodeExpression(`${field}.bodies[${i}]`, body, budget),
    ),
    attributes: { ...message.attributes },
  };
}

function decodeAxis(field: string, message: AxisMessage): Axis {
  return { name: message.name, extent: decodeInt64(`${field}.extent`, message.extent) };
}

function decodeHardwareParams(message: HardwareParamsMessage): HardwareParams {
  return {
    numCores: message.numCores,
    vectorUnitBytes: message.vectorUnitBytes,
    cacheLineBytes: message.cacheLineBytes,
    maxSharedMemoryPerBlock: message.maxSharedMemoryPerBlock,
    maxLocalMemoryPerBlock: message.maxLocalMemoryPerBlock,
    maxThreadsPerBlock: message.maxThreadsPerBlock,
    maxVthreadExtent: message.maxVthreadExtent,
    warpSize: message.warpSize,
  };
}

function decodeDeviceCard(message: DeviceCardMessage): DeviceCard {
  const bytes = (name: string, text: string) => decodeInt64(`task.device.${name}`, text);
  return {
    name: message.name,
    kind: DEVICE_KINDS.decode('task.device.kind', message.kind),
    cores: message.cores,
    simdBits: message.simdBits,
    clockHertz: message.clockHertz,
    peakFlops: message.peakFlops,
    memoryBandwidthBytesPerSecond: message.memoryBandwidthBytesPerSecond,
    l1CacheBytes: bytes('l1_cache_bytes', message.l1CacheBytes),
    l2CacheBytes: bytes('l2_cache_bytes', message.l2CacheBytes),
    l3CacheBytes: bytes('l3_cache_bytes', message.l3CacheBytes),
    memoryBytes: bytes('memory_bytes', message.memoryBytes),
    sharedMemoryBytesPerCore: bytes(
      'shared_memory_bytes_per_core',
      message.sharedMemoryBytesPerCore,
    ),
    registersPerCore: bytes('registers_per_core', message.registersPerCore),
    maxThreadsPerCore: message.maxThreadsPerCore,
    warpSize: message.warpSize,
    launchOverheadSeconds: message.launchOverheadSeconds,
    l1BandwidthBytesPerSecond: message.l1BandwidthBytesPerSecond,
    l2BandwidthBytesPerSecond: message.l2BandwidthBytesPerSecond,
    l3BandwidthBytesPerSecond: message.l3BandwidthBytesPerSecond,
  };
}
