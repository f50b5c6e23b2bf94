import { join } from 'node:path';

/**
 * The compiled JavaScript of `name`, a module of src/ without extension: what
 * threads and processes start from. Run from TypeScript (tests), it is the one
 * in dist/, which `make build` writes.
 */
export function compiledPath(name: string): string {
  const fromSource = __filename.endsWith('.ts');
  const root = fromSource ? join(__dirname, '..', '..', 'dist') : join(__dirname, '..');
  return join(root, `${name}.js`);
}
