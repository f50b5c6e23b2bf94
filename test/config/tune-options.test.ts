import { loadTuneOptions } from '../../src/config';
import { Code } from '../../src/errors';
import { expectError } from '../support/expect-error';

const given = { store: '/records.sqlite', study: '/studies/one.sqlite' };

describe('loadTuneOptions()', () => {
  it('should fill what is not given', () => {
    expect(loadTuneOptions({ ...given, split: '/tasks.json', fold: 'one' }, {})).toEqual({
      data: { store: expect.objectContaining({ path: '/records.sqlite' }), dataset: undefined },
      choice: { kind: 'split', file: '/tasks.json', fold: 'one' },
      trials: 50,
      study: '/studies/one.sqlite',
      seed: 1,
      settings: undefined,
      out: '/studies/one.sqlite.settings.json',
      python: expect.stringMatching(/python/),
    });
  });

  it('should take what is given', () => {
    const flags = {
      ...{ dataset: '/data', study: '/s', bySample: true, trials: '7', seed: '3' },
      ...{ settings: '/from.json', out: '/best.json', python: '/python' },
    };
    expect(loadTuneOptions(flags, {})).toMatchObject({
      data: { dataset: '/data' },
      choice: { kind: 'by-sample', seed: 1 },
      ...{ trials: 7, seed: 3, settings: '/from.json', out: '/best.json', python: '/python' },
    });
  });

  it('should find the interpreter of the environment', () => {
    const { python } = loadTuneOptions(given, { CDMPP_TVM_PYTHON: '/theirs' });
    expect(python).toBe('/theirs');
  });

  it.each([
    [{ study: undefined }, /^--study is undefined; it is required$/],
    [{ study: '' }, /^--study is ""; it must not be empty$/],
    [{ trials: '0' }, /^--trials is "0"; it must be an integer from 1 to 100000$/],
    [{ seed: 'x' }, /^--seed is "x"; it must be an integer from 0 to/],
    [{ split: '/tasks.json' }, /--split is given without --fold/],
  ])('should refuse %j', (flags, message) =>
    expectError(() => loadTuneOptions({ ...given, ...flags }, {}), Code.InvalidArgument, message),
  );
});
