import { loadSampleOptions } from '../../src/config';
import { Code } from '../../src/errors';
import { expectError } from '../support/expect-error';

describe('loadSampleOptions()', () => {
  it('should fill what is not given', () => {
    expect(loadSampleOptions({ budget: '24', store: '/records.sqlite' }, {})).toEqual({
      data: {
        store: expect.objectContaining({ kind: 'sqlite', path: '/records.sqlite' }),
        dataset: undefined,
      },
      deviceName: undefined,
      budget: { tasks: 24 },
      shareOfPrograms: 0.1,
      taskSampler: 'variance',
      programSampler: 'latency',
      model: undefined,
      seed: 1,
      out: undefined,
      json: false,
    });
  });

  it('should take what is given', () => {
    const flags = {
      dataset: '/data',
      device: 'k80',
      shareOfTasks: '.2',
      shareOfPrograms: '1',
      sampler: 'kmeans',
      programSampler: 'medoids',
      model: '/model',
      seed: '7',
      out: '/out.json',
      json: true,
    };
    expect(loadSampleOptions(flags, {})).toMatchObject({
      data: { dataset: '/data' },
      deviceName: 'k80',
      budget: { shareOfTasks: 0.2 },
      shareOfPrograms: 1,
      taskSampler: 'kmeans',
      programSampler: 'medoids',
      model: '/model',
      seed: 7,
      out: '/out.json',
      json: true,
    });
  });

  it.each([
    [{}, /^--budget is not given; .* --share-of-tasks$/],
    [{ budget: '3', shareOfTasks: '0.2' }, /both given/],
    [{ budget: '0' }, /^--budget is "0"; it must be an integer from 1/],
    [{ shareOfTasks: '0' }, /^--share-of-tasks is "0"; it must be a number above 0 and at most 1/],
    [{ shareOfTasks: '1.1' }, /^--share-of-tasks is "1\.1"/],
    [{ shareOfTasks: '.' }, /^--share-of-tasks is "\."/],
    [{ budget: '3', shareOfPrograms: 'half' }, /^--share-of-programs is "half"/],
    [{ budget: '3', sampler: 'best' }, /^--sampler is "best"; it must be random, kmeans/],
    [
      { budget: '3', programSampler: 'best' },
      /^--program-sampler is "best"; it must be random, lat/,
    ],
    [{ budget: '3', seed: '-1' }, /^--seed is "-1"/],
  ])('should refuse %j', async (flags, message) => {
    await expectError(
      () => loadSampleOptions({ store: '/r', ...flags }, {}),
      Code.InvalidArgument,
      message,
    );
  });
});
