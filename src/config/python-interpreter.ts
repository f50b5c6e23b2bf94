import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The checkout's interpreter, which has the shim and what it needs; else whatever is called
 * python3. Two levels up both from `src/config` and from `dist/config`.
 */
export function defaultPython(): string {
  const ofCheckout = join(__dirname, '..', '..', '.venv', 'bin', 'python');
  return existsSync(ofCheckout) ? ofCheckout : 'python3';
}
