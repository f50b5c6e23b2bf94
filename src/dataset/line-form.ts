/**
 * Record lines are the bulk of a log, and most of a line is told by its task, its program and its
 * result. What is left is the same for all records of a task: its form.
 */
import { formatLogLine, type LogRecord, parseLogLine } from '../ansor-log';
import type { MeasuredRecord } from '../program';

/** Fields of a line that a dataset keeps as they are. */
type LineForm = Pick<
  LogRecord,
  | 'workloadKey'
  | 'target'
  | 'hardwareParams'
  | 'targetHost'
  | 'layoutRewriteOption'
  | 'taskInputNames'
  | 'version'
>;

/** The form of the record's line, or undefined where form and record do not give it again byte for byte. */
export function lineFormOf(record: MeasuredRecord): string | undefined {
  const parsed = parseLogLine(record.recordLine);
  if (!parsed.ok) return undefined;
  const { workloadKey, target, hardwareParams, targetHost } = parsed.record;
  const { layoutRewriteOption, taskInputNames, version } = parsed.record;
  const form = JSON.stringify([
    workloadKey,
    target,
    hardwareParams,
    targetHost,
    layoutRewriteOption,
    taskInputNames,
    version,
  ]);
  return lineOf(form, record) === record.recordLine ? form : undefined;
}

/** The line of a form that `lineFormOf` gave; undefined where the text is no form. */
export function lineOf(
  form: string,
  record: Omit<MeasuredRecord, 'recordLine'>,
): string | undefined {
  const line = parseForm(form);
  if (line === undefined) return undefined;
  return formatLogLine({
    ...line,
    transformSteps: record.program.transformSteps,
    costsSeconds: record.costsSeconds,
    errorNumber: record.errorNumber,
    allCostSeconds: record.allCostSeconds,
    timestampSeconds: record.timestampSeconds,
  });
}

function parseForm(form: string): LineForm | undefined {
  let values: unknown;
  try {
    values = JSON.parse(form);
  } catch {
    return undefined;
  }
  if (!Array.isArray(values) || values.length !== 7) return undefined;
  const [workloadKey, target, hardwareParams, targetHost, layout, inputNames, version] = values;
  const texts = [workloadKey, target, targetHost, version];
  if (!texts.every(isText) || !Number.isInteger(layout)) return undefined;
  if (!Array.isArray(hardwareParams) || !hardwareParams.every(Number.isInteger)) return undefined;
  if (!Array.isArray(inputNames) || !inputNames.every(isText)) return undefined;
  return {
    workloadKey,
    target,
    hardwareParams,
    targetHost,
    layoutRewriteOption: layout,
    taskInputNames: inputNames,
    version,
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
