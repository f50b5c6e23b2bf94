import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../src/base';
import { runCommand } from '../../src/cli/run-command';
import { openSqliteRecordStore } from '../../src/store';
import {
  formatTrainingSettings,
  OFFLINE_SETTINGS,
  parseTrainingSettings,
  type TrainingSettings,
} from '../../src/training';
import { loadFixture } from '../support/fixtures';
import { useTemporaryFolder } from '../support/temporary-folder';

const settings: TrainingSettings = {
  ...OFFLINE_SETTINGS,
  model: {
    width: 16,
    heads: 2,
    layers: 1,
    feedForwardWidth: 16,
    decoderWidth: 16,
    decoders: 2,
  },
  leastSteps: 24,
  mostSteps: 24,
  batches: { programsPerStep: 32, programsPerTask: 16, rowsPerStep: 4096 },
};

describe('cdmpp train and cdmpp finetune', () => {
  const folder = useTemporaryFolder();
  const inFolder = (name: string) => join(folder.path, name);
  let printed: string[] = [];
  let complained: string[] = [];

  const run = (args: readonly string[]) => {
    printed = [];
    complained = [];
    return runCommand(
      ['node', 'cdmpp', ...args],
      {},
      {
        print: (line) => void printed.push(line),
        complain: (line) => void complained.push(line),
        stopRequested: () => new Promise<string>(() => undefined),
      },
    );
  };
  const trainArgs = (out: string) => [
    ...['train', '--store', inFolder('records.sqlite'), '--by-sample'],
    ...['--settings', inFolder('settings.json'), '--seed', '3', '--out', inFolder(out)],
  ];

  beforeEach(async () => {
    const store = await openSqliteRecordStore({
      path: inFolder('records.sqlite'),
      clock: systemClock,
    });
    const { task, records } = loadFixture('matmul-cpu');
    await store.putTask(task);
    await store.append(
      task.id,
      records.map(({ record }) => record),
      'fixture',
    );
    await store.dispose();
    await writeFile(inFolder('settings.json'), formatTrainingSettings(settings));
  });

  it('should leave a model with all that it was made of', async () => {
    expect(await run(trainArgs('model'))).toBe(0);
    const outcome = JSON.parse(printed.at(-1) as string);
    expect(outcome).toMatchObject({ event: 'trained', out: inFolder('model'), steps: 24 });
    expect(outcome.validation.mapePercent).toBeGreaterThan(0);
    const read = (file: string) => readFile(join(inFolder('model'), file), 'utf8');
    expect(JSON.parse(await read('card.json')).weightsSha256).toBe(outcome.weightsSha256);
    expect(parseTrainingSettings(await read('settings.json'))).toEqual(settings);
    expect(await read('curves.svg')).toContain('<svg');
    const page = await read('MODEL.md');
    expect(page).toContain('npx cdmpp train --store');
    expect(page).toContain('by sample, seed 1');
    expect(page).toContain(outcome.weightsSha256);
    expect(existsSync(inFolder('model.checkpoint'))).toBe(false);

    const finetune = ['finetune', '--model', inFolder('model'), '--out', inFolder('tuned')];
    const shared = trainArgs('model').slice(1, -2);
    expect(await run([...finetune, ...shared])).toBe(0);
    expect(JSON.parse(printed.at(-1) as string).event).toBe('finetuned');
    expect(await readdir(inFolder('tuned'))).toContain('weights.bin');
  });

  it('should not train for hours before it finds something in the way', async () => {
    expect(await run(trainArgs(''))).toBe(1);
    expect(complained.at(-1)).toMatch(/--out .* holds "records.sqlite"; give a new or an empty/);
  });

  it('should refuse settings with a field that it does not know', async () => {
    await writeFile(inFolder('settings.json'), JSON.stringify({ ...settings, epochs: 3 }));
    expect(await run(trainArgs('model'))).toBe(2);
    expect(complained.at(-1)).toMatch(/^cdmpp: settings: .*epochs/);
  });
});
