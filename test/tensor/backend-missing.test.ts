import { Code } from '../../src/errors';
import { openBackend } from '../../src/tensor';
import { expectError } from '../support/expect-error';

// What require() meets in a checkout that was never set up.
jest.mock('@tensorflow/tfjs-node-gpu', () => {
  throw new Error('The Node.js native addon module (tfjs_binding.node) can not be found');
});

describe('openBackend() without the addon', () => {
  it('should name the command that builds it', async () => {
    await expectError(() => openBackend('native'), Code.FailedPrecondition, /make setup/);
  });
});
