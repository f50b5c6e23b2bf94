/** The one door through which tasks come to be: checks every field, settles the ids. */
import { createHash } from 'node:crypto';
import { invalidArgument } from '../errors';
import { parseDagText } from './dag-text';
import { deriveDeviceCard } from './device-card';
import { limits } from './limits';
import type { Axis, DeviceCard, HardwareParams, NetworkUse, Stage, Task, Tensor } from './task';

export interface TaskFields {
  readonly workloadKey: string;
  readonly target: string;
  readonly hardwareParams: HardwareParams;
  readonly computeDagText: string;
  /** `str(dag.get_init_state())`; needed only where `stages` is empty. */
  readonly initialLoopNest: string;
  readonly tensors: readonly Tensor[];
  /** Empty: read from the two texts. */
  readonly stages: readonly Stage[];
  /** Undefined: derived from target and hardware parameters. */
  readonly device: DeviceCard | undefined;
  readonly networks: readonly NetworkUse[];
}

/** Throws INVALID_ARGUMENT with field, value and bound. */
export function createTask(fields: TaskFields): Task {
  requireText('workload_key', fields.workloadKey);
  requireText('target', fields.target);
  requireText('compute_dag_text', fields.computeDagText);
  const tensors = checkedTensors(fields.tensors);
  const given =
    fields.stages.length > 0
      ? fields.stages
      : parseDagText(fields.computeDagText, fields.initialLoopNest, tensors);
  checkStages(given);
  const stages = given.map((stage) => withPlaceholderAxes(stage, tensors));
  const device = fields.device ?? deriveDeviceCard(fields.target, fields.hardwareParams);
  requireText('device.name', device.name);
  checkNumbers('hardware_params', fields.hardwareParams);
  checkNumbers('device', device);
  const networks = checkedNetworks(fields.networks);

  const axes = stages.map((stage) => [stage.axes, stage.reduceAxes]);
  const structureHash = digest([fields.computeDagText, tensors, axes]);
  const id = digest([structureHash, fields.target, fields.hardwareParams, device.name]);
  return Object.freeze({
    id,
    structureHash,
    workloadKey: fields.workloadKey,
    target: fields.target,
    hardwareParams: Object.freeze({ ...fields.hardwareParams }),
    computeDagText: fields.computeDagText,
    tensors: Object.freeze(tensors),
    stages: Object.freeze(stages),
    device: Object.freeze({ ...device }),
    networks,
  });
}

/** By name, so that two lists of the same uses are equal. */
function checkedNetworks(networks: readonly NetworkUse[]): readonly NetworkUse[] {
  if (networks.length > limits.maxNetworks) {
    throw invalidArgument(
      `task.networks: ${networks.length} of them, at most ${limits.maxNetworks}`,
    );
  }
  const seen = new Set<string>();
  for (const { name, occurrences } of networks) {
    if (name.length === 0 || name.length > limits.maxNetworkNameLength || seen.has(name)) {
      throw invalidArgument(
        `task.networks: the name "${name}" is empty, stands there twice,` +
          ` or is longer than ${limits.maxNetworkNameLength} characters`,
      );
    }
    seen.add(name);
    if (!Number.isSafeInteger(occurrences) || occurrences < 1) {
      throw invalidArgument(
        `task.networks["${name}"].occurrences: ${occurrences}, expected an integer of at least 1`,
      );
    }
  }
  const byName = [...networks].sort((a, b) => (a.name < b.name ? -1 : 1));
  return Object.freeze(byName.map((use) => Object.freeze({ ...use })));
}

/** Placeholders have no axes in TVM; a cache of one loops over its dimensions all the same. */
function withPlaceholderAxes(stage: Stage, tensors: readonly Tensor[]): Stage {
  if (stage.kind !== 'placeholder') return stage;
  const tensor = tensors.find((candidate) => candidate.name === stage.name);
  if (tensor === undefined) {
    throw invalidArgument(`task.tensors: placeholder "${stage.name}" is not among them`);
  }
  return { ...stage, axes: tensor.shape.map((extent, i) => ({ name: `ax${i}`, extent })) };
}

function digest(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
}

function requireText(field: string, value: string): void {
  if (value.length === 0) throw invalidArgument(`task.${field}: empty, it is required`);
  if (value.length > limits.maxTextLength) {
    throw invalidArgument(
      `task.${field}: ${value.length} characters, at most ${limits.maxTextLength}`,
    );
  }
}

function checkedTensors(tensors: readonly Tensor[]): Tensor[] {
  if (tensors.length === 0 || tensors.length > limits.maxTensors) {
    throw invalidArgument(
      `task.tensors: ${tensors.length} of them, expected 1 to ${limits.maxTensors}`,
    );
  }
  const seen = new Set<string>();
  return tensors.map((tensor) => {
    if (seen.has(tensor.name))
      throw invalidArgument(`task.tensors: "${tensor.name}" stands there twice`);
    seen.add(tensor.name);
    for (const extent of tensor.shape) checkExtent(`task.tensors["${tensor.name}"].shape`, extent);
    if (dtypeBytes(tensor.dtype) === undefined) {
      throw invalidArgument(
        `task.tensors["${tensor.name}"].dtype: "${tensor.dtype}" is not a type of TVM's`,
      );
    }
    return Object.freeze({ ...tensor, shape: Object.freeze(tensor.shape.slice()) });
  });
}

/** Bytes of one element, vector lanes included; undefined for what is not a type name of TVM's. */
export function dtypeBytes(dtype: string): number | undefined {
  if (dtype === 'bool') return 1;
  if (dtype === 'handle') return 8;
  const match =
    /^(?:u?int|float|bfloat|custom\[\w+\]|e[45]m[23]_?float|float8_\w+?)(\d+)(?:x(\d+))?$/.exec(
      dtype,
    );
  if (match === null) return undefined;
  return Math.max(1, Math.ceil((Number(match[1]) * Number(match[2] ?? 1)) / 8));
}

function checkStages(stages: readonly Stage[]): void {
  if (stages.length === 0 || stages.length > limits.maxStages) {
    throw invalidArgument(
      `task.stages: ${stages.length} of them, expected 1 to ${limits.maxStages}`,
    );
  }
  const seen = new Set<string>();
  for (const stage of stages) {
    if (stage.name.length === 0 || seen.has(stage.name)) {
      throw invalidArgument(`task.stages: the name "${stage.name}" is empty or stands there twice`);
    }
    seen.add(stage.name);
    const axes = [...stage.axes, ...stage.reduceAxes];
    if (axes.length > limits.maxAxesPerStage) {
      throw invalidArgument(
        `task.stages["${stage.name}"]: ${axes.length} axes, at most ${limits.maxAxesPerStage}`,
      );
    }
    checkAxes(stage.name, axes);
    if (stage.kind === 'compute' && stage.bodies.length === 0) {
      throw invalidArgument(
        `task.stages["${stage.name}"].bodies: empty, a compute stage has one for each output`,
      );
    }
  }
}

function checkAxes(stage: string, axes: readonly Axis[]): void {
  const names = new Set(axes.map((axis) => axis.name));
  if (names.size !== axes.length)
    throw invalidArgument(`task.stages["${stage}"]: two axes have one name`);
  for (const axis of axes) checkExtent(`task.stages["${stage}"].axes["${axis.name}"]`, axis.extent);
}

function checkExtent(field: string, extent: number): void {
  if (!Number.isSafeInteger(extent) || extent < 1 || extent > limits.maxExtent) {
    throw invalidArgument(
      `${field}: extent ${extent}, expected an integer from 1 to ${limits.maxExtent}`,
    );
  }
}

function checkNumbers(field: string, record: object): void {
  for (const [key, value] of Object.entries(record)) {
    if (typeof value === 'number' && !(Number.isFinite(value) && value >= 0)) {
      throw invalidArgument(
        `task.${field}.${key}: ${value}, expected a finite number of at least 0`,
      );
    }
  }
}
