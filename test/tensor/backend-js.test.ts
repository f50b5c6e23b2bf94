import { openBackend } from '../../src/tensor';

describe('openBackend() without the native library', () => {
  it('should compute by JavaScript kernels', () => {
    const tf = openBackend('js');
    expect(tf.getBackend()).toBe('cpu');
    expect(Array.from(tf.tensor1d([1, 2, 3]).square().dataSync())).toEqual([1 * 1, 2 * 2, 3 * 3]);
  });
});
