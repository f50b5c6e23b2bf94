export { type Clock, systemClock } from './clock';
export {
  createLog,
  LOG_LEVELS,
  type LazyLogFields,
  type Log,
  type LogEvent,
  type LogFields,
  type LogLevel,
  silentLog,
} from './log';
export { createRng, type Rng, shuffle } from './rng';
