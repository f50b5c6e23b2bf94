import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../src/base';
import { Code } from '../../src/errors';
import { loopNestSource } from '../../src/features';
import { MemoryRecordStore } from '../../src/store';
import { openModel, type TrainRequest, trainFromStore } from '../../src/study';
import { openBackend } from '../../src/tensor';
import { OFFLINE_SETTINGS } from '../../src/training';
import { expectError } from '../support/expect-error';
import { loadFixture } from '../support/fixtures';
import { useTemporaryFolder } from '../support/temporary-folder';

describe('trainFromStore()', () => {
  const folder = useTemporaryFolder();
  const store = new MemoryRecordStore();
  const { task, records } = loadFixture('matmul-cpu');

  beforeAll(async () => {
    await store.putTask(task);
    const measured = records.map(({ record }) => record);
    await store.append(task.id, measured, 'fixture');
  });
  afterAll(() => store.dispose());

  const request = (out: string): TrainRequest => ({
    tf: openBackend('native'),
    store,
    choice: { kind: 'by-sample', seed: 1 },
    deviceName: undefined,
    settings: {
      ...OFFLINE_SETTINGS,
      model: { ...OFFLINE_SETTINGS.model, width: 16, layers: 1, feedForwardWidth: 16 },
      leastSteps: 24,
      mostSteps: 24,
      batches: { programsPerStep: 32, programsPerTask: 16, rowsPerStep: 4096 },
    },
    seed: 3,
    out: join(folder.path, out),
    resume: false,
    command: 'npx cdmpp train',
    clock: systemClock,
    signal: new AbortController().signal,
    predictor: 'cdmpp',
    source: loopNestSource,
    start: undefined,
  });

  it('should write a model that can be opened, and begun from', async () => {
    const outcome = await trainFromStore(request('first'));
    const opened = await openModel(outcome.out);
    expect(opened.weightsSha256).toBe(outcome.weightsSha256);
    expect(opened.training.trainedOn).toBe(outcome.learnedFrom);
    const more = await trainFromStore({ ...request('second'), start: outcome.out });
    const second = await openModel(more.out);
    expect(second.state.normalisation.label).toEqual(opened.state.normalisation.label);
    expect(second.training.trainedOn).toBe(2 * outcome.learnedFrom);
  });

  it('should keep a checkpoint when it is stopped, and end as if it had not been', async () => {
    const whole = await trainFromStore(request('whole'));
    const controller = new AbortController();
    const stopped = {
      ...request('parts'),
      signal: controller.signal,
      onProgress: ({ step }: { step: number }) => {
        if (step >= 8) controller.abort();
      },
    };
    await expectError(() => trainFromStore(stopped), Code.Cancelled, /after 8 of 24 steps/);
    expect(existsSync(stopped.out)).toBe(false);
    expect(existsSync(`${stopped.out}.checkpoint`)).toBe(true);
    const resumed = await trainFromStore({ ...request('parts'), resume: true });
    expect(resumed.weightsSha256).toBe(whole.weightsSha256);
    expect(existsSync(`${stopped.out}.checkpoint`)).toBe(false);
    const weights = (out: string) => readFile(join(out, 'weights.bin'));
    expect((await weights(resumed.out)).equals(await weights(whole.out))).toBe(true);
  });
});
