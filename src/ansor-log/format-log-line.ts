import type { LogRecord } from './log-record';
import { printInteger, printNumber, printString } from './tvm-json';

/**
 * The line that TVM would have written for this record, without the line end.
 * TVM's reader knows these keys and no other, and takes their values in this order.
 */
export function formatLogLine(record: LogRecord): string {
  const task = [printString(record.workloadKey), printString(record.target)];
  // Logs of the oldest versions end here, and TVM reads them so.
  if (record.hardwareParams.length > 0) {
    task.push(
      list(record.hardwareParams.map(printInteger)),
      printString(record.targetHost),
      printInteger(record.layoutRewriteOption),
      list(record.taskInputNames.map(printString)),
    );
  }
  const input = list([list(task), list(['[]', record.transformSteps])]);
  return `{"i": ${input}, "r": ${formatResult(record)}, "v": ${printString(record.version)}}`;
}

/** The result in such a line: `[[0.0051103], 0, 2.35241, 1637535076]`. */
export function formatResult(
  result: Pick<LogRecord, 'costsSeconds' | 'errorNumber' | 'allCostSeconds' | 'timestampSeconds'>,
): string {
  return list([
    list(result.costsSeconds.map(printNumber)),
    printInteger(result.errorNumber),
    printNumber(result.allCostSeconds),
    printInteger(result.timestampSeconds),
  ]);
}

function list(items: readonly string[]): string {
  return `[${items.join(', ')}]`;
}
