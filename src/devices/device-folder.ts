import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PredictorError } from '../errors';
import { type DeviceFile, parseDeviceFile } from './device-file';

/** Cards that come with the package: `datasets/devices`, two levels up from `src/devices` and from `dist/devices`. */
export const SHIPPED_DEVICES_DIRECTORY = join(__dirname, '..', '..', 'datasets', 'devices');

export interface DeviceFolder {
  /** By file name. */
  readonly files: readonly DeviceFile[];
  /** One sentence for each file that is no card: it hides none of the others. */
  readonly problems: readonly string[];
}

/** The cards of a folder; none where there is no folder. */
export async function readDeviceFolder(folder: string): Promise<DeviceFolder> {
  const files: DeviceFile[] = [];
  const problems: string[] = [];
  for (const name of await cardNames(folder)) {
    const path = join(folder, name);
    try {
      files.push(parseDeviceFile(path, await readFile(path, 'utf8')));
    } catch (thrown) {
      problems.push(PredictorError.from(thrown).rawMessage);
    }
  }
  return { files, problems };
}

async function cardNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw thrown;
  }
}
