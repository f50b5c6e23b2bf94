import type { Tf } from '../../src/tensor';

/**
 * Runs `action` twice and expects the second run to leave as many tensors as it
 * found: the first may fill caches that live on.
 */
export async function expectNoLeakedTensors(
  tf: Tf,
  action: () => unknown | Promise<unknown>,
): Promise<void> {
  await action();
  const before = tf.memory().numTensors;
  await action();
  expect({ tensors: tf.memory().numTensors }).toEqual({ tensors: before });
}
