import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LogSource } from './log-source';
import { unlessMissing } from './unless-missing';

/** A folder that holds this was written by the collector. */
const COLLECTION_FILE = 'collection.json';
const TASKS_FILE = 'tasks.tasks';
const RECORDS_FOLDER = 'records';
const RECORDS_ENDING = '.json';

export async function isCollectionFolder(folder: string): Promise<boolean> {
  return (await sizeOf(join(folder, COLLECTION_FILE))) !== undefined;
}

/** The collection's file of whole tasks, where it has got as far as that. */
export async function collectionTasks(folder: string): Promise<readonly string[]> {
  const path = join(folder, TASKS_FILE);
  return (await sizeOf(path)) === undefined ? [] : [path];
}

/** Its logs, one a device, named for the device. */
export async function collectionLogs(folder: string): Promise<readonly LogSource[]> {
  const records = join(folder, RECORDS_FOLDER);
  const found = (await unlessMissing(records, readdir(records))) ?? [];
  const names = found.filter((name) => name.endsWith(RECORDS_ENDING));
  const logs: LogSource[] = [];
  for (const name of names.sort()) {
    const path = join(records, name);
    const deviceName = name.slice(0, -RECORDS_ENDING.length);
    logs.push({
      path,
      sizeBytes: (await sizeOf(path)) ?? 0,
      deviceName,
      name: `${basename(folder)}/${deviceName}`,
    });
  }
  return logs;
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await unlessMissing(path, stat(path)))?.size;
}
