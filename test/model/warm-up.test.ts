import { COMMON_LEAF_BUCKETS, LatencyModel, leafBucketOf, warmUp } from '../../src/model';
import { openBackend } from '../../src/tensor';
import { smallConfig } from './sample-model';

describe('warmUp()', () => {
  const tf = openBackend('native');
  const predict = jest.spyOn(LatencyModel.prototype, 'predict');
  afterAll(() => predict.mockRestore());

  it('should run each common shape, for each config once, and leave no tensor', () => {
    const before = tf.memory().numTensors;
    warmUp(tf, smallConfig);
    const met = predict.mock.calls.map(([[program]]) => leafBucketOf(program?.leafCount ?? 0));
    expect([...new Set(met)].sort((a, b) => a - b)).toEqual(COMMON_LEAF_BUCKETS);
    expect(predict.mock.results.every(({ type }) => type === 'return')).toBe(true);
    predict.mockClear();
    const { leafWidth, ...others } = smallConfig;
    warmUp(tf, { ...others, leafWidth });
    expect(predict).not.toHaveBeenCalled();
    warmUp(tf, { ...smallConfig, layers: 1 });
    expect(predict).toHaveBeenCalled();
    expect(tf.memory().numTensors).toBe(before);
  });
});
