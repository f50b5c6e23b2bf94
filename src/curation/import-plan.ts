import { stat } from 'node:fs/promises';
import { basename, relative } from 'node:path';
import { isDatasetFolder } from '../dataset';
import { invalidArgument } from '../errors';
import { collectionLogs, collectionTasks, isCollectionFolder } from './collection-folder';
import { type FoundLog, findLogs, withoutLogEnding } from './find-logs';
import type { LogSource } from './log-source';

/** What an import is made of, in the order in which it is done. */
export interface ImportPlan {
  /** Files of whole tasks: first, so that records find them. */
  readonly taskBundles: readonly string[];
  readonly datasets: readonly string[];
  readonly logs: readonly LogSource[];
}

export interface PlanOptions {
  /** Logs, folders of logs, collection folders, dataset folders. */
  readonly paths: readonly string[];
  /** Device of every log that stands in no collection. */
  readonly deviceName: string | undefined;
  /** Device of a log is the first folder below the folder that was given, or the folder it is in. */
  readonly deviceFromFolder: boolean;
  readonly taskBundles: readonly string[];
}

/** INVALID_ARGUMENT for a path that is not there, and for a log whose device nothing tells. */
export async function planImport(options: PlanOptions): Promise<ImportPlan> {
  const taskBundles = [...options.taskBundles];
  const datasets: string[] = [];
  const logs: LogSource[] = [];
  for (const path of options.paths) {
    const kind = await kindOf(path);
    if (kind === 'dataset') datasets.push(path);
    else if (kind === 'collection') {
      taskBundles.push(...(await collectionTasks(path)));
      logs.push(...(await collectionLogs(path)));
    } else {
      for (const log of await findLogs(path)) logs.push(sourceOf(log, kind, options));
    }
  }
  return Object.freeze({ taskBundles, datasets, logs });
}

type PathKind = 'file' | 'folder' | 'collection' | 'dataset';

async function kindOf(path: string): Promise<PathKind> {
  const found = await stat(path).catch((cause: Error) => {
    throw invalidArgument(`${path} cannot be read: ${cause.message}`, { cause });
  });
  if (!found.isDirectory()) return 'file';
  if (await isDatasetFolder(path)) return 'dataset';
  return (await isCollectionFolder(path)) ? 'collection' : 'folder';
}

function sourceOf(log: FoundLog, kind: PathKind, options: PlanOptions): LogSource {
  const deviceName = options.deviceName ?? (options.deviceFromFolder ? folderOf(log) : undefined);
  if (deviceName === undefined) {
    throw invalidArgument(
      `${log.path} does not say on which device it was measured: give --device NAME, or --device-from-folder where folders are named for devices`,
    );
  }
  const name = kind === 'file' ? basename(log.path) : relative(log.root, log.path);
  return { path: log.path, sizeBytes: log.sizeBytes, deviceName, name: withoutLogEnding(name) };
}

/** `root/v100/conv/a.json` → `v100`; of a file right in the root, the root's own name. */
function folderOf({ path, root }: FoundLog): string {
  const below = relative(root, path).split('/');
  const folder = below.length > 1 ? below[0] : basename(root);
  return (folder ?? '').trim();
}
