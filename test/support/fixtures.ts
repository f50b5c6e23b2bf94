/** Tasks and programs that TVM printed; made by `make_fixtures.py` beside the fixtures. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { TaskRecord } from '../../src/predictor';
import {
  createTask,
  type Expression,
  type ProgramSource,
  type Stage,
  type Task,
} from '../../src/program';

const folder = path.join(__dirname, 'fixtures');

export interface Fixture {
  readonly task: Task;
  readonly programs: readonly ProgramSource[];
  /** Measured ones, in the order of measuring; only `matmul-cpu` has any. */
  readonly records: readonly TaskRecord[];
  /** The task's fields as the shim sends them, in protobuf's JSON form. */
  readonly json: TaskJson;
}

interface ExpressionJson {
  readonly kind: string;
  readonly name?: string;
  readonly value?: number;
  readonly dtype?: string;
  readonly operands?: readonly ExpressionJson[];
}

interface AxisJson {
  readonly name: string;
  readonly extent: string;
}

export interface TaskJson {
  readonly workloadKey: string;
  readonly target: string;
  readonly hardwareParams: Readonly<Record<string, number>>;
  readonly computeDagText: string;
  readonly initialLoopNest: string;
  readonly tensors: readonly { name: string; shape?: readonly string[]; dtype: string }[];
  readonly stages: readonly {
    name: string;
    kind: string;
    axes?: readonly AxisJson[];
    reduceAxes?: readonly AxisJson[];
    bodies?: readonly ExpressionJson[];
    attributes?: Readonly<Record<string, string>>;
  }[];
}

export const fixtureNames: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => path.basename(file, '.json'))
  .sort();

export function loadFixture(name: string): Fixture {
  const content = JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8'));
  const json = content.task as TaskJson;
  const task = createTask(taskFields(json));
  const records = (content.records as { program: ProgramSource; recordLine: string }[]).map(
    ({ program, recordLine }, index): TaskRecord => ({
      task,
      sequence: index + 1,
      record: record(program, recordLine),
    }),
  );
  return { task, programs: content.programs, records, json };
}

export function taskFields(json: TaskJson): Parameters<typeof createTask>[0] {
  const hardware = {
    numCores: 0,
    vectorUnitBytes: 0,
    cacheLineBytes: 0,
    maxSharedMemoryPerBlock: 0,
    maxLocalMemoryPerBlock: 0,
    maxThreadsPerBlock: 0,
    maxVthreadExtent: 0,
    warpSize: 0,
  };
  return {
    workloadKey: json.workloadKey,
    target: json.target,
    hardwareParams: { ...hardware, ...json.hardwareParams },
    computeDagText: json.computeDagText,
    initialLoopNest: json.initialLoopNest,
    tensors: json.tensors.map(({ name, shape = [], dtype }) => ({
      name,
      shape: shape.map(Number),
      dtype,
    })),
    stages: json.stages.map(stage),
    device: undefined,
    networks: [],
  };
}

function stage(json: TaskJson['stages'][number]): Stage {
  const axes = (list: readonly AxisJson[] = []) =>
    list.map(({ name, extent }) => ({ name, extent: Number(extent) }));
  return {
    name: json.name,
    kind: json.kind.replace('STAGE_KIND_', '').toLowerCase() as Stage['kind'],
    axes: axes(json.axes),
    reduceAxes: axes(json.reduceAxes),
    bodies: (json.bodies ?? []).map(expression),
    attributes: json.attributes ?? {},
  };
}

function expression(json: ExpressionJson): Expression {
  const kind = json.kind.replace('EXPRESSION_KIND_', '').toLowerCase() as Expression['kind'];
  const dtype = json.dtype ?? '';
  const name = json.name ?? '';
  const operands = (json.operands ?? []).map(expression);
  switch (kind) {
    case 'constant':
      return { kind, value: json.value ?? 0, dtype };
    case 'axis':
      return { kind, name, dtype };
    case 'load':
      return { kind, tensor: name, indices: operands, dtype };
    case 'binary':
    case 'compare':
    case 'logic':
      return { kind, operator: name, operands, dtype } as Expression;
    case 'call':
      return { kind, name, operands, dtype };
    case 'reduce':
      return { kind, combiner: name, operands, dtype };
    default:
      return { kind, operands, dtype } as Expression;
  }
}

function record(program: ProgramSource, recordLine: string): TaskRecord['record'] {
  const [costsSeconds, errorNumber, allCostSeconds, timestampSeconds] = JSON.parse(recordLine).r;
  const idempotencyKey = createHash('sha256').update(recordLine).digest('hex');
  return {
    idempotencyKey,
    program,
    costsSeconds,
    errorNumber,
    errorMessage: '',
    allCostSeconds,
    timestampSeconds,
    recordLine,
  };
}
