import {
  computationHash,
  createLogTask,
  type HardwareParams,
  hardwareParamList,
  hardwareParamsOf,
  isLogTask,
  type LogTask,
  operatorFamily,
  type Task,
} from '../program';
import { decodeTaskBytes, encodeTaskBytes } from '../wire';
import type { Row, UncheckedRow } from './parquet-file';
import { RowCheck } from './row-check';
import type { taskColumns } from './tables';

export type TaskRow = Row<typeof taskColumns>;

const NO_BYTES = new Uint8Array(0);

export function encodeTaskRow(task: Task | LogTask): TaskRow {
  const common = {
    task_id: task.id,
    workload_key: task.workloadKey,
    target: task.target,
    hardware_params: JSON.stringify(hardwareParamList(task.hardwareParams)),
  };
  if (isLogTask(task)) {
    return {
      ...common,
      kind: 'log-task',
      device: task.deviceName,
      computation_hash: '',
      structure_hash: '',
      family: '',
      networks: '[]',
      task: NO_BYTES,
    };
  }
  return {
    ...common,
    kind: 'task',
    device: task.device.name,
    computation_hash: computationHash(task),
    structure_hash: task.structureHash,
    family: operatorFamily(task),
    networks: JSON.stringify(task.networks),
    task: encodeTaskBytes(task),
  };
}

/**
 * The task of a row. DATA_LOSS where a field is not what it must be, or where the columns beside
 * the task say another thing than the task itself. What the columns classify it as is not held
 * against the task: family and computation hash are those of the code that wrote them.
 */
export function decodeTaskRow(path: string, number: number, row: UncheckedRow): Task | LogTask {
  const check = new RowCheck(path, number, row);
  const kind = check.textLike('kind', /^(task|log-task)$/, 'task or log-task');
  const task = kind === 'task' ? decodeWhole(check) : decodeLog(check);
  check.textLike('computation_hash', /^([0-9a-f]{32})?$/, '32 hex digits or none');
  const expected = encodeTaskRow(task);
  for (const field of COLUMNS_BESIDE) {
    const found = check.text(field);
    if (found !== expected[field]) throw check.error(field, found, String(expected[field]));
  }
  return task;
}

const COLUMNS_BESIDE = [
  'task_id',
  'device',
  'structure_hash',
  'workload_key',
  'target',
] as const satisfies readonly (keyof TaskRow)[];

function decodeWhole(check: RowCheck): Task {
  const bytes = check.bytes('task');
  try {
    return decodeTaskBytes('task', bytes);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw check.error('task', `${bytes.length} bytes (${reason})`, 'a serialised cdmpp.v1.Task');
  }
}

function decodeLog(check: RowCheck): LogTask {
  return createLogTask({
    workloadKey: check.textLike('workload_key', /./s, 'a text that is not empty'),
    target: check.textLike('target', /./s, 'a text that is not empty'),
    deviceName: check.textLike('device', /./s, 'a text that is not empty'),
    hardwareParams: check.json('hardware_params', paramsOf),
  });
}

function paramsOf(value: unknown): HardwareParams {
  if (!Array.isArray(value) || value.length !== 8 || !value.every(Number.isSafeInteger)) {
    throw new TypeError('not eight integers');
  }
  return hardwareParamsOf(value as readonly number[]);
}
