import { loadEvaluateOptions } from '../../src/config';
import { Code } from '../../src/errors';
import { expectError } from '../support/expect-error';

const given = { model: '/model', out: '/report', store: '/records.sqlite' };

describe('loadEvaluateOptions()', () => {
  it('should fill what is not given', () => {
    expect(loadEvaluateOptions(given, {})).toEqual({
      model: '/model',
      out: '/report',
      data: {
        store: expect.objectContaining({ kind: 'sqlite', path: '/records.sqlite' }),
        dataset: undefined,
      },
      choice: { kind: 'all' },
      deviceName: undefined,
      seed: 1,
      leastRecordsForRank: 48,
    });
  });

  it('should part by a file, or by sample', () => {
    const choiceOf = (flags: object) => loadEvaluateOptions({ ...given, ...flags }, {}).choice;
    expect(choiceOf({ split: '/by-task.json', fold: 'fold-1' })).toEqual({
      kind: 'split',
      file: '/by-task.json',
      fold: 'fold-1',
    });
    expect(choiceOf({ bySample: true })).toEqual({ kind: 'by-sample', seed: 1 });
    expect(choiceOf({ bySample: true, splitSeed: '7' })).toEqual({ kind: 'by-sample', seed: 7 });
  });

  it('should read a dataset in place of a store, also where the environment names one', () => {
    const { model, out } = given;
    const { data } = loadEvaluateOptions(
      { model, out, dataset: '/datasets/cpu' },
      { CDMPP_STORE: '/other.sqlite' },
    );
    expect(data.dataset).toBe('/datasets/cpu');
  });

  it('should find the store of a data folder', () => {
    const { model, out } = given;
    const { data } = loadEvaluateOptions({ model, out, dataDir: '/data' }, {});
    expect(data.store).toMatchObject({ path: '/data/records.sqlite' });
  });

  it.each([
    [{ out: '/r' }, /^--model is undefined; it is required$/],
    [{ ...given, out: '' }, /^--out is ""; it must not be empty$/],
    [{ ...given, seed: 'x' }, /^--seed is "x"; it must be an integer/],
    [{ ...given, leastRecords: '1' }, /^--least-records is "1"; it must be an integer from 2/],
    [{ ...given, split: '/f' }, /^--split is given without --fold; "cdmpp splits show FILE"/],
    [{ ...given, fold: 'a' }, /^--fold is "a" without --split/],
    [{ ...given, split: '/f', fold: 'a', bySample: true }, /^--split and --by-sample are both/],
    [{ ...given, dataset: '/d' }, /^--dataset and --store are both given/],
  ])('should refuse %j', async (flags, message) => {
    await expectError(() => loadEvaluateOptions(flags, {}), Code.InvalidArgument, message);
  });
});
