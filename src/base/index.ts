export { type Clock, systemClock } from './clock';
export { renameDurably, writeDurably } from './durable-file';
export {
  createLog,
  type LazyLogFields,
  LOG_LEVELS,
  type Log,
  type LogEvent,
  type LogFields,
  type LogLevel,
  silentLog,
} from './log';
export { replaceFile, UNFINISHED } from './replace-file';
export {
  createRng,
  type ResumableRng,
  type Rng,
  type RngState,
  restoreRng,
  shuffle,
} from './rng';
