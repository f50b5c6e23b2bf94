import { destination, pino } from 'pino';
import { createLog, type Log, type LogLevel } from '../base';

/** JSON lines on standard error; standard output is for what the command was asked for. */
export function createPinoLog(level: LogLevel): Log {
  // Synchronous: the last lines before an exit are the ones that matter.
  const stderr = destination({ dest: 2, sync: true });
  // A log that nobody reads any more must not end the server.
  stderr.on('error', () => undefined);
  const sink = pino({ level, base: null }, stderr);
  return createLog(level, (event) => sink[event.level](event.fields, event.event));
}
