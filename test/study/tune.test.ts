import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/base';
import { Code } from '../../src/errors';
import { type TuneRequest, tuneFromStore } from '../../src/study';
import { openBackend } from '../../src/tensor';
import { OFFLINE_SETTINGS, parseTrainingSettings } from '../../src/training';
import { numberedRecord, sampleTasks, withMemoryStore } from '../corpus/sample-corpus';
import { expectError } from '../support/expect-error';
import { useTemporaryFolder } from '../support/temporary-folder';
import { syntheticSource } from '../zoo/synthetic-features';

const python = join(__dirname, '..', '..', '.venv', 'bin', 'python');

describe('tuneFromStore()', () => {
  const folder = useTemporaryFolder();
  const at = (name: string) => join(folder.path, name);

  /** Four steps a training, on some 80 programs. */
  function tune(changes: Partial<TuneRequest> = {}, settings: object = {}) {
    writeFileSync(
      at('base.json'),
      JSON.stringify({ ...OFFLINE_SETTINGS, leastSteps: 4, mostSteps: 4, ...settings }),
    );
    return withMemoryStore(async (store) => {
      for (const task of sampleTasks) {
        await store.putTask(task);
        const records = Array.from({ length: 16 }, (_, i) => ({
          ...numberedRecord(i, 1e-4 * (i + 1)),
          idempotencyKey: `${task.id} ${i}`,
        }));
        await store.append(task.id, records, 'sample');
      }
      return tuneFromStore({
        store,
        source: syntheticSource(),
        choice: { kind: 'by-sample', seed: 1 },
        trials: 3,
        place: { python, file: at('study.sqlite') },
        seed: 1,
        settings: at('base.json'),
        out: at('best.json'),
        openTensors: () => openBackend('native'),
        clock: systemClock,
        signal: new AbortController().signal,
        ...changes,
      });
    });
  }

  it('should write settings for training, no worse than what it began with', async () => {
    const result = await tune();
    expect(result.trials).toHaveLength(3);
    const [first] = result.trials;
    // MAPE in percent, of the settings as they were.
    expect(first?.value).toBeGreaterThan(0);
    expect(first?.point['model.width']).toBe(OFFLINE_SETTINGS.model.width);
    expect(result.best.value).toBe(Math.min(...result.trials.map(({ value }) => value as number)));
    const written = parseTrainingSettings(readFileSync(at('best.json'), 'utf8'));
    expect(written).toEqual(result.settings);
    expect(written.mostSteps).toBe(4);
    expect(written.peakLearningRate).toBe(result.best.point.peakLearningRate);
  });

  it('should train the same way twice', async () => {
    const [one] = (await tune({ trials: 1 })).trials;
    const place = { python, file: at('other.sqlite') };
    const [other] = (await tune({ trials: 1, place })).trials;
    expect(other?.value).toBe(one?.value);
  });

  it('should search by the order within tasks where that is the figure', async () => {
    const { validation } = OFFLINE_SETTINGS;
    const settings = { validation: { ...validation, figure: 'pairwise' } };
    const { best } = await tune({ trials: 1 }, settings);
    expect(Math.abs(best.value)).toBeLessThanOrEqual(1);
  });

  it('should refuse to go on with other data', async () => {
    await tune({ trials: 1 });
    await expectError(
      () => tune({ choice: { kind: 'by-sample', seed: 2 } }),
      Code.FailedPrecondition,
      /is of another (split|programs)/,
    );
    await expectError(() => tune({ seed: 2 }), Code.FailedPrecondition, /is of another seed: 1/);
    await expectError(
      () => tune({}, { shrinkage: 3 }),
      Code.FailedPrecondition,
      /is of another settings/,
    );
  });

  it.each<[string, Partial<TuneRequest>, object, Code, RegExp]>([
    [
      'the loss as what is compared',
      {},
      { validation: { ...OFFLINE_SETTINGS.validation, figure: 'loss' } },
      Code.InvalidArgument,
      /^settings\.validation\.figure: loss; .* mape or pairwise$/,
    ],
    [
      'programs that are not parted',
      { choice: { kind: 'all' } },
      {},
      Code.InvalidArgument,
      /^neither --split nor --by-sample is given/,
    ],
    [
      'settings with an unknown field',
      {},
      { widht: 3 },
      Code.InvalidArgument,
      /^settings.*[Uu]nrecognized/,
    ],
  ])('should refuse %s', (_name, changes, settings, code, message) =>
    expectError(() => tune(changes, settings), code, message),
  );

  it('should name a file of settings that is not there', () =>
    expectError(() => tune({ settings: at('nowhere') }), Code.NotFound, /nowhere" cannot be read/));
});
