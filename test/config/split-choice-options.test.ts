import { splitChoiceOf } from '../../src/config';
import { Code } from '../../src/errors';
import { expectError } from '../support/expect-error';

const none = { bySample: false, splitSeed: 1 };

describe('splitChoiceOf()', () => {
  it('should part nothing where nothing is asked for', () => {
    expect(splitChoiceOf(none)).toEqual({ kind: 'all' });
  });

  it('should part by a file, or by sample', () => {
    expect(splitChoiceOf({ ...none, split: '/by-task.json', fold: 'fold-1' })).toEqual({
      kind: 'split',
      file: '/by-task.json',
      fold: 'fold-1',
    });
    expect(splitChoiceOf({ bySample: true, splitSeed: 7 })).toEqual({
      kind: 'by-sample',
      seed: 7,
    });
  });

  it.each([
    [{ split: '/f' }, /^--split is given without --fold; "cdmpp splits show FILE"/],
    [{ fold: 'a' }, /^--fold is "a" without --split/],
    [{ split: '/f', fold: 'a', bySample: true }, /^--split and --by-sample are both/],
  ])('should refuse %j', async (parsed, message) => {
    await expectError(() => splitChoiceOf({ ...none, ...parsed }), Code.InvalidArgument, message);
  });
});
