import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Models that come with the package: `models`, two levels up from `src/artifact` and from `dist/artifact`. */
export const SHIPPED_MODELS_DIRECTORY = join(__dirname, '..', '..', 'models');

/** The folder of this name among the models of `root`; undefined where there is none. */
export function findModelFolder(root: string, name: string): string | undefined {
  const folder = join(root, name);
  return existsSync(folder) ? folder : undefined;
}
