export { formatLogLine, formatResult } from './format-log-line';
export { LOG_VERSION, type LogRecord, MAX_LINE_BYTES } from './log-record';
export { type ParsedLine, parseLogLine } from './parse-log-line';
export { type LogLine, type ReadLogOptions, readLog } from './read-log';
export { logRecordOf, recordLineOf } from './record-line';
