import { Code } from '../../src/errors';
import { inScope, openBackend, readInScope, type Tensor } from '../../src/tensor';
import { errorOf } from '../support/expect-error';
import { expectNoLeakedTensors } from '../support/expect-no-leaked-tensors';

const tf = openBackend('js');

describe('inScope()', () => {
  it('should keep what is returned and release the rest', () => {
    const before = tf.memory().numTensors;
    const owned = inScope(tf, 'squaring', () => tf.tensor1d([1, 2]).square().square() as Tensor);
    expect(tf.memory().numTensors).toBe(before + 1);
    expect(Array.from(owned.dataSync())).toEqual([1, 16]);
    owned.dispose();
  });

  it('should say what was being done when TensorFlow throws', async () => {
    const mismatch = () => tf.matMul(tf.ones([2, 3]), tf.ones([2, 3])) as Tensor;
    const error = await errorOf(() => inScope(tf, 'multiplying', mismatch));
    expect(error.code).toBe(Code.Internal);
    expect(error.rawMessage).toMatch(/^multiplying: /);
  });

  it('should release everything where it throws', async () => {
    await expectNoLeakedTensors(tf, () =>
      errorOf(() =>
        inScope(tf, 'failing', () => {
          tf.ones([4]);
          throw new Error('no');
        }),
      ),
    );
  });
});

describe('readInScope()', () => {
  it('should copy the numbers and leave no tensor', async () => {
    await expectNoLeakedTensors(tf, () => {
      expect(Array.from(readInScope(tf, 'adding', () => tf.add([1, 2], [3, 4])))).toEqual([4, 6]);
    });
  });
});
