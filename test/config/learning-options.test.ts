import { loadFinetuneOptions, loadTrainOptions } from '../../src/config';
import { Code } from '../../src/errors';
import { expectError } from '../support/expect-error';

describe('loadTrainOptions()', () => {
  it('should fill what is not given', () => {
    expect(loadTrainOptions({ store: '/records.sqlite', out: '/model' }, {})).toEqual({
      data: expect.objectContaining({ dataset: undefined }),
      choice: { kind: 'all' },
      deviceName: undefined,
      settingsFile: undefined,
      out: '/model',
      seed: 1,
      resume: false,
      predictor: 'cdmpp',
      start: undefined,
    });
  });

  it('should take all there is', () => {
    const flags = {
      dataset: '/data',
      split: '/splits/by-task.json',
      fold: 'fold-1',
      device: 'v100',
      settings: '/settings.json',
      out: '/model',
      seed: '7',
      resume: true,
      predictor: 'cdmpp-lowered',
      start: '/known',
    };
    expect(loadTrainOptions(flags, {})).toMatchObject({
      data: { dataset: '/data' },
      choice: { kind: 'split', file: '/splits/by-task.json', fold: 'fold-1' },
      deviceName: 'v100',
      settingsFile: '/settings.json',
      seed: 7,
      resume: true,
      predictor: 'cdmpp-lowered',
      start: '/known',
    });
  });

  it.each([
    [{ store: '/r' }, /^--out is undefined; it is required$/],
    [{ store: '/r', out: '/m', predictor: 'xgb' }, /^--predictor is "xgb"; it must be cdmpp or/],
    [{ store: '/r', out: '/m', seed: 'x' }, /^--seed is "x"; it must be an integer/],
  ])('should refuse %j', async (flags, message) => {
    await expectError(() => loadTrainOptions(flags, {}), Code.InvalidArgument, message);
  });
});

describe('loadFinetuneOptions()', () => {
  it('should need a model', async () => {
    const flags = { store: '/r', out: '/m' };
    await expectError(
      () => loadFinetuneOptions(flags, {}),
      Code.InvalidArgument,
      /^--model is undefined; it is required$/,
    );
    expect(
      loadFinetuneOptions({ ...flags, model: '/known', targetPrograms: '/sample.json' }, {}),
    ).toMatchObject({ model: '/known', targetPrograms: '/sample.json' });
  });
});
