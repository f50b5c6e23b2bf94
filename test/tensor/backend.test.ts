import { Code } from '../../src/errors';
import { nativeEnvironment, openBackend } from '../../src/tensor';
import { expectError } from '../support/expect-error';

describe('openBackend()', () => {
  it('should multiply matrices by the native library', () => {
    const tf = openBackend('native');
    expect(tf.getBackend()).toBe('tensorflow');
    const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2]));
    expect(Array.from(product.dataSync())).toEqual([
      1 * 5 + 2 * 7,
      1 * 6 + 2 * 8,
      3 * 5 + 4 * 7,
      3 * 6 + 4 * 8,
    ]);
  });

  it('should open once, and not the other kind beside it', async () => {
    expect(openBackend('native')).toBe(openBackend('native'));
    await expectError(() => openBackend('js'), Code.FailedPrecondition, /"js".*"native" is in use/);
  });
});

describe('nativeEnvironment()', () => {
  it('should say how many threads one operator may use', () => {
    expect(nativeEnvironment(3)).toMatchObject({ TF_NUM_INTRAOP_THREADS: '3' });
  });
});
