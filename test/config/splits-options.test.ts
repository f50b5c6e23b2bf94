import { loadSplitsOptions } from '../../src/config';
import { Code } from '../../src/errors';
import { expectError } from '../support/expect-error';

describe('loadSplitsOptions()', () => {
  it('should fill what is not given', () => {
    expect(loadSplitsOptions({ out: '/splits', store: '/records.sqlite' }, {})).toEqual({
      store: expect.objectContaining({ kind: 'sqlite', path: '/records.sqlite' }),
      seed: 1,
      out: '/splits',
    });
  });

  it('should find the store of a data folder', () => {
    const { store } = loadSplitsOptions({ out: '/splits', dataDir: '/data' }, {});
    expect(store).toMatchObject({ path: '/data/records.sqlite' });
  });

  it.each([
    [{ store: '/r' }, /^--out is undefined; it is required$/],
    [{ store: '/r', out: '/s', seed: '-1' }, /^--seed is "-1"; it must be an integer from 0 to/],
    [{ store: '/r', out: '' }, /^--out is ""; it must not be empty$/],
  ])('should refuse %j', async (flags, message) => {
    await expectError(() => loadSplitsOptions(flags, {}), Code.InvalidArgument, message);
  });
});
