import { join } from 'node:path';
import { systemClock } from '../../src/base';
import { createCostModelClient } from '../../src/client';
import { Code, PredictorError } from '../../src/errors';
import type { MeasuredRecord } from '../../src/program';
import { openSqliteRecordStore } from '../../src/store';
import { domainRecord, domainTask } from '../support/domain-samples';
import { type SpawnedServer, spawnServer } from '../support/spawn-server';
import { useTemporaryFolder } from '../support/temporary-folder';

const WRITERS = 8;
const REPORTS = 10_000;
const TIMEOUT_MS = 300_000;

describe('cdmpp serve with eight tuners that report', () => {
  const folder = useTemporaryFolder();

  it(
    'should lose and double no record where it is killed',
    async () => {
      const dataDir = join(folder.path, 'data');
      // One address for both lives of the server.
      const address = `unix:${join(folder.path, 'socket')}`;
      const start = () => spawnServer('--address', address, '--data-dir', dataDir, '--frozen');
      const task = domainTask();
      let acknowledged = 0;
      const write = async (writer: number): Promise<void> => {
        const client = createCostModelClient({ address, deadlineMs: 60_000 });
        for (let number = writer; number <= REPORTS; number += WRITERS) {
          const report = { task, records: [domainRecord(number)], tunerId: `tuner-${writer}` };
          await untilAvailable(() => client.report(report));
          acknowledged += 1;
        }
        client.dispose();
      };
      const kill = async (server: SpawnedServer): Promise<SpawnedServer> => {
        while (acknowledged < REPORTS / 2) await new Promise((resolve) => setTimeout(resolve, 5));
        expect(await server.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
        return start();
      };
      const [second] = await Promise.all([
        kill(await start()),
        ...Array.from({ length: WRITERS }, (_, i) => write(i + 1)),
      ]);
      expect(await second.stop('SIGTERM')).toEqual({ code: 0, signal: null });

      const path = join(dataDir, 'records.sqlite');
      const store = await openSqliteRecordStore({ path, clock: systemClock });
      const kept = (await store.read(0, 2 * REPORTS)).map(({ record }) => record);
      const byTime = (a: MeasuredRecord, b: MeasuredRecord) =>
        a.timestampSeconds - b.timestampSeconds;
      expect(kept.sort(byTime)).toEqual(
        Array.from({ length: REPORTS }, (_, i) => domainRecord(i + 1)),
      );
      await store.dispose();
    },
    TIMEOUT_MS,
  );
});

/** As a tuner does: the same report again, with the same keys, until it is acknowledged. */
async function untilAvailable<T>(action: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await action();
    } catch (thrown) {
      if (PredictorError.from(thrown).code !== Code.Unavailable) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
