import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { silentLog } from '../../src/base';
import { Code } from '../../src/errors';
import { ProcessTrainingEngine } from '../../src/serving/process-training-engine';
import { trainingEngineContract } from '../contracts/training-engine.contract';
import { domainRecord } from '../support/domain-samples';
import { expectError } from '../support/expect-error';
import { fakeRegistryModule, taskRecords } from '../support/fake-models';
import { until } from '../support/until';

const request = { predictor: 'cdmpp', seed: 0, targetKind: 'cpu', startFrom: undefined } as const;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('ProcessTrainingEngine', () => {
  const create = () =>
    new ProcessTrainingEngine({
      registryModule: fakeRegistryModule,
      nativeEnvironment: {},
      log: silentLog,
    });
  const bidding = (errorMessage: string) => [domainRecord(1, { errorMessage })];

  trainingEngineContract(create);

  it('should leave the cores to whoever else wants them', async () => {
    const engine = create();
    await engine.add(taskRecords(1, [domainRecord(1)]));
    // Each thread has its own priority; V8 starts some before any line of ours.
    const threadIds = readdirSync(`/proc/${engine.pid}/task`).map(Number);
    expect(threadIds.length).toBeGreaterThan(1);
    for (const threadId of threadIds) {
      expect(getPriority(threadId)).toBe(constants.priority.PRIORITY_BELOW_NORMAL);
    }
    await engine.dispose();
  });

  it('should outlive its process: what is under way fails, the next call starts a new one', async () => {
    const engine = create();
    await engine.add(taskRecords(1, bidding('!exit')));
    await expectError(() => engine.fit(request), Code.Unavailable, /ended: exit code 7/);
    expect(engine.heldThrough).toBe(0);
    await engine.add(taskRecords(1, [domainRecord(1)]));
    expect((await engine.fit(request)).summary.trainedOn).toBe(1);
    await engine.dispose();
  });

  it('should end a training under way when it is disposed', async () => {
    const engine = create();
    await engine.add(taskRecords(1, bidding('!busy')));
    const pid = engine.pid as number;
    const ended = expectError(() => engine.fit(request), Code.Unavailable, /SIGKILL/);
    await engine.dispose();
    await ended;
    expect(isAlive(pid)).toBe(false);
  });

  it.each(['!wait', '!busy'])('should end with a killed parent, %s or not', async (bid) => {
    const parent = spawn(
      process.execPath,
      [join(__dirname, '..', 'support', 'training-parent.js'), bid],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [pid] = await once(createInterface({ input: parent.stdout }), 'line');
    expect(isAlive(Number(pid))).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !isAlive(Number(pid)));
  });
});
