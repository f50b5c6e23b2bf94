import {
  type HardwareParams,
  hardwareParamList,
  isLogTask,
  type LogTask,
  type MeasuredRecord,
  type Task,
} from '../program';
import { formatLogLine } from './format-log-line';
import { LOG_VERSION, type LogRecord } from './log-record';
import { parseLogLine } from './parse-log-line';

/** TVM's `LayoutRewriteOption`. */
const LAYOUT = Object.freeze({ none: 0, insertStage: 1, preTransformed: 2 });

/**
 * The line of a measurement in a log: byte for byte the one it came with, where
 * it came with one that TVM reads, else the one TVM would have written.
 * Undefined where the program has no transform steps that can be read: a log
 * cannot hold it.
 */
export function recordLineOf(task: Task | LogTask, record: MeasuredRecord): string | undefined {
  const { recordLine } = record;
  if (recordLine !== '' && !recordLine.includes('\n') && parseLogLine(recordLine).ok) {
    return recordLine;
  }
  const made = logRecordOf(task, record);
  if (made === undefined) return undefined;
  // Steps come from whoever reported them: what TVM could not read must not get into a log.
  const read = parseLogLine(formatLogLine(made));
  if (!read.ok) return undefined;
  return formatLogLine({ ...made, transformSteps: read.record.transformSteps });
}

/** What a log says of a measurement; undefined where the program has no transform steps. */
export function logRecordOf(task: Task | LogTask, record: MeasuredRecord): LogRecord | undefined {
  if (record.program.transformSteps === '') return undefined;
  return {
    workloadKey: task.workloadKey,
    target: task.target,
    hardwareParams: listOf(task.hardwareParams),
    targetHost: '',
    layoutRewriteOption: defaultLayout(task),
    taskInputNames: [],
    transformSteps: record.program.transformSteps,
    costsSeconds: record.costsSeconds,
    errorNumber: record.errorNumber,
    allCostSeconds: record.allCostSeconds,
    timestampSeconds: record.timestampSeconds,
    version: LOG_VERSION,
  };
}

/** -1 is how TVM says that it does not know the cores. */
function listOf(params: HardwareParams): readonly number[] {
  const [cores = 0, ...others] = hardwareParamList(params);
  return [cores === 0 ? -1 : cores, ...others];
}

/** As TVM chooses it for a target: on CPUs, weights of a network are transformed beforehand. */
function defaultLayout(task: Task | LogTask): number {
  if (!/^\s*llvm\b/.test(task.target)) return LAYOUT.none;
  const isOfNetwork = !isLogTask(task) && task.networks.length > 0;
  return isOfNetwork ? LAYOUT.preTransformed : LAYOUT.insertStage;
}
