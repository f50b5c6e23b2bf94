import { setMissingVariables } from '../config';
import { openBackend, type Tf } from '../tensor';

/**
 * TensorFlow in the process of a command, on all of its cores, or on the GPU where its build has
 * one: silent but for what goes wrong, so that its notices do not tear progress bars.
 */
export function openTensors(): Tf {
  setMissingVariables({ TF_CPP_MIN_LOG_LEVEL: '2' });
  return openBackend('native');
}
