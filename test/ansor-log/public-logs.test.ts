import { formatLogLine, readLog } from '../../src/ansor-log';
import { findLogs } from '../../src/curation/find-logs';
import { describeWithPublicLogs, PUBLIC_LOGS } from '../support/public-logs';

describeWithPublicLogs('public logs', () => {
  it('should be written again byte for byte', async () => {
    const logs = await findLogs(PUBLIC_LOGS);
    // Every sixteenth: of each device and operator some.
    const some = logs.filter((_, index) => index % 16 === 0);
    expect(some.length).toBeGreaterThan(8);
    for (const { path } of some) {
      for await (const lines of readLog(path)) {
        for (const line of lines) {
          if (!line.ok) throw new Error(`${path}:${line.number}: ${line.reason}`);
          if (formatLogLine(line.record) !== line.text)
            expect(formatLogLine(line.record)).toBe(line.text);
        }
      }
    }
  });
});
