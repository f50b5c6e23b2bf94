import { createLog, type LogEvent } from '../../src/base';

describe('createLog()', () => {
  it('should not build the fields of an event below its level', () => {
    const events: LogEvent[] = [];
    const log = createLog('warn', (event) => events.push(event));
    const build = jest.fn(() => ({ size: 1 }));
    log.info('a', build);
    expect(build).not.toHaveBeenCalled();
    log.warn('b', build);
    expect(build).toHaveBeenCalledTimes(1);
    expect(events).toEqual([{ level: 'warn', event: 'b', fields: { size: 1 } }]);
  });

  it('should add bound fields, the nearer winning', () => {
    const events: LogEvent[] = [];
    const log = createLog('debug', (event) => events.push(event)).with({ room: 'store', size: 1 });
    log.with({ size: 2 }).error('full', { size: 3 });
    log.debug('opened');
    expect(events.map((event) => event.fields)).toEqual([
      { room: 'store', size: 3 },
      { room: 'store', size: 1 },
    ]);
  });
});
