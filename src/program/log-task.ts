import { createHash } from 'node:crypto';
import { invalidArgument } from '../errors';
import { hardwareParamList } from './hardware-params';
import type { HardwareParams, Task } from './task';

/**
 * A task of which only a measurement log tells: by name, target, hardware parameters and
 * device, without its compute DAG. Frozen; made by `createLogTask`.
 */
export interface LogTask {
  /** What a whole `Task` does not have. */
  readonly kind: 'log-task';
  /** `log-` and 32 hex digits: equal for the same workload key, target, parameters and device. */
  readonly id: string;
  readonly workloadKey: string;
  readonly target: string;
  readonly hardwareParams: HardwareParams;
  readonly deviceName: string;
}

export type LogTaskFields = Omit<LogTask, 'kind' | 'id'>;

const ID_PREFIX = 'log-';

/** INVALID_ARGUMENT where one of the texts is empty or a parameter is no integer of at least -1. */
export function createLogTask(fields: LogTaskFields): LogTask {
  const { workloadKey, target, deviceName } = fields;
  for (const [field, text] of Object.entries({ workloadKey, target, deviceName })) {
    if (text === '') throw invalidArgument(`log task: ${field} is empty, it is required`);
  }
  const hardwareParams = knownParams(fields.hardwareParams);
  const content = JSON.stringify([
    workloadKey,
    target,
    hardwareParamList(hardwareParams),
    deviceName,
  ]);
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 32);
  return Object.freeze({
    kind: 'log-task',
    id: `${ID_PREFIX}${digest}`,
    workloadKey,
    target,
    hardwareParams,
    deviceName,
  });
}

/** The id that a log of this task's measurements gives it. */
export function logTaskIdOf({ workloadKey, target, hardwareParams, device }: Task): string {
  return createLogTask({ workloadKey, target, hardwareParams, deviceName: device.name }).id;
}

export function isLogTask(task: Task | LogTask): task is LogTask {
  return 'kind' in task && task.kind === 'log-task';
}

export function deviceNameOf(task: Task | LogTask): string {
  return isLogTask(task) ? task.deviceName : task.device.name;
}

/** TVM writes -1 for what it does not know; a `Task` has 0 there. */
function knownParams(params: HardwareParams): HardwareParams {
  const known = Object.entries(params).map(([field, value]) => {
    if (!Number.isSafeInteger(value) || value < -1) {
      throw invalidArgument(
        `log task: hardwareParams.${field} is ${value}, expected an integer of at least -1`,
      );
    }
    return [field, Math.max(0, value)];
  });
  return Object.freeze(Object.fromEntries(known)) as HardwareParams;
}
