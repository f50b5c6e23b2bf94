import { LOG_VERSION, type LogRecord } from './log-record';
import { printTvmJson, type TvmJson } from './tvm-json';

/** A line's record, or in a few words why it is none. */
export type ParsedLine =
  | { readonly ok: true; readonly record: LogRecord }
  | { readonly ok: false; readonly reason: string };

/** `HardwareParams` has so many numbers. */
const HARDWARE_PARAMS = 8;
const ZERO_CHARACTER = '\\u0000';
const MOST_INTEGER = 2 ** 31 - 1;
const KEYS: ReadonlySet<string> = new Set(['i', 'r', 'v']);

/** Why a line is no record; caught here and nowhere else. */
class Refusal extends Error {}

/**
 * Reads one line of an Ansor log, of any version from v0.2 on. What TVM's own
 * reader would end the process for is refused here with its place in the line.
 */
export function parseLogLine(text: string): ParsedLine {
  // Neither TVM's texts nor those of a database can hold it.
  if (text.includes(ZERO_CHARACTER)) return { ok: false, reason: 'a zero character in a text' };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { ok: false, reason: `not JSON: ${(error as Error).message}` };
  }
  try {
    return { ok: true, record: readRecord(json) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, reason: error.message };
    throw error;
  }
}

function readRecord(json: unknown): LogRecord {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new Refusal('not a JSON object with the keys i, r and v');
  }
  const unknownKey = Object.keys(json).find((key) => !KEYS.has(key));
  if (unknownKey !== undefined) {
    throw new Refusal(`key ${JSON.stringify(unknownKey)} is none of i, r and v`);
  }
  const { i, r, v = LOG_VERSION } = json as Record<string, unknown>;
  const input = arrayAt('i', i, 2, 2);
  const task = arrayAt('i[0]', input[0], 2, 6);
  const state = arrayAt('i[1]', input[1], 2, 2);
  arrayAt('i[1][0]', state[0], 0, 0);
  const result = arrayAt('r', r, 4, 4);
  if (typeof v !== 'string') throw new Refusal('v is no text');
  return {
    ...readTask(task),
    transformSteps: printTvmJson(stepsAt('i[1][1]', state[1])),
    costsSeconds: readCosts(result[0]),
    errorNumber: integerAt('r[1]', result[1]),
    allCostSeconds: numberAt('r[2]', result[2]),
    timestampSeconds: numberAt('r[3]', result[3]),
    version: v,
  };
}

type TaskPart = Pick<
  LogRecord,
  | 'workloadKey'
  | 'target'
  | 'hardwareParams'
  | 'targetHost'
  | 'layoutRewriteOption'
  | 'taskInputNames'
>;

function readTask(task: readonly unknown[]): TaskPart {
  const [workloadKey, target, hardwareParams, targetHost = '', layout = 0, names = []] = task;
  return {
    workloadKey: nameAt('i[0][0]', workloadKey),
    target: nameAt('i[0][1]', target),
    hardwareParams:
      hardwareParams === undefined
        ? []
        : arrayAt('i[0][2]', hardwareParams, HARDWARE_PARAMS, HARDWARE_PARAMS).map((value, at) =>
            integerAt(`i[0][2][${at}]`, value),
          ),
    targetHost: textAt('i[0][3]', targetHost),
    layoutRewriteOption: integerAt('i[0][4]', layout),
    taskInputNames: arrayAt('i[0][5]', names, 0, Infinity).map((name, at) =>
      textAt(`i[0][5][${at}]`, name),
    ),
  };
}

function readCosts(value: unknown): number[] {
  return arrayAt('r[0]', value, 1, Infinity).map((cost, at) => numberAt(`r[0][${at}]`, cost));
}

/** Steps are lists that begin with the step's name; then integers, texts, and lists of these. */
function stepsAt(field: string, value: unknown): readonly TvmJson[] {
  return arrayAt(field, value, 0, Infinity).map((step, at) => {
    if (isStep(step)) return step;
    throw new Refusal(`${field}[${at}] is no transform step`);
  });
}

function isStep(step: unknown): step is readonly TvmJson[] {
  if (!Array.isArray(step) || typeof step[0] !== 'string' || step[0] === '') return false;
  return step.every((item) => isAtom(item) || (Array.isArray(item) && item.every(isAtom)));
}

function isAtom(value: unknown): value is number | string {
  return typeof value === 'string' || Number.isSafeInteger(value);
}

function arrayAt(field: string, value: unknown, least: number, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new Refusal(`${field} is no list`);
  if (value.length >= least && value.length <= most) return value;
  const expected =
    least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
  throw new Refusal(`${field} has ${value.length} items, expected ${expected}`);
}

function numberAt(field: string, value: unknown): number {
  // JSON's 1e999 reads as infinity.
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new Refusal(`${field} is no finite number`);
}

function integerAt(field: string, value: unknown): number {
  if (Number.isInteger(value) && Math.abs(value as number) <= MOST_INTEGER) return value as number;
  throw new Refusal(`${field} is no integer of 32 bits`);
}

function textAt(field: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Refusal(`${field} is no text`);
}

function nameAt(field: string, value: unknown): string {
  const text = textAt(field, value);
  if (text === '') throw new Refusal(`${field} is empty`);
  return text;
}
