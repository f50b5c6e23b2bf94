/** Ordered from the least to the most severe. */
export const LOG_LEVELS = Object.freeze(['debug', 'info', 'warn', 'error'] as const);

export type LogLevel = (typeof LOG_LEVELS)[number];

/** What an event carries beside its name. Units belong into the names; secrets do not belong here. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Fields, or a function that builds them; it is called only where the level is logged. */
export type LazyLogFields = LogFields | (() => LogFields);

export interface LogEvent {
  readonly level: LogLevel;
  /** A fixed name such as `server:draining`; what varies is in the fields. */
  readonly event: string;
  readonly fields: LogFields;
}

/** Where a room says what happens in it. The sink is somebody else's choice. */
export interface Log {
  debug(event: string, fields?: LazyLogFields): void;
  info(event: string, fields?: LazyLogFields): void;
  warn(event: string, fields?: LazyLogFields): void;
  error(event: string, fields?: LazyLogFields): void;
  /** A log that adds these fields to every event. */
  with(fields: LogFields): Log;
}

/** Events below `level` are dropped before their fields are built. */
export function createLog(level: LogLevel, sink: (event: LogEvent) => void): Log {
  const threshold = LOG_LEVELS.indexOf(level);
  const createWith = (bound: LogFields): Log => {
    const at = (eventLevel: LogLevel) => {
      const dropped = LOG_LEVELS.indexOf(eventLevel) < threshold;
      return (event: string, fields: LazyLogFields = {}): void => {
        if (dropped) return;
        const own = typeof fields === 'function' ? fields() : fields;
        sink({ level: eventLevel, event, fields: { ...bound, ...own } });
      };
    };
    return Object.freeze({
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      with: (fields: LogFields) => createWith({ ...bound, ...fields }),
    });
  };
  return createWith({});
}

/** Says nothing; for tests and for library use. */
export const silentLog: Log = createLog('error', () => undefined);
