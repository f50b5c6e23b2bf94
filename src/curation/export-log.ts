import { join } from 'node:path';
import { recordLineOf } from '../ansor-log';
import { type RecordFilter, type RecordStore, recordPages, type StoredRecord } from '../store';
import { bestOfTask } from './best-records';
import { LogFile } from './log-file';
import { taskFileName } from './task-file-name';

export interface ExportOptions {
  readonly filter: RecordFilter;
  /** Of each task, so many valid records: those with the lowest latency. Undefined: all. */
  readonly best: number | undefined;
  /** True: `out` is a folder, with one log a task in it. */
  readonly perTask: boolean;
  /** A file that is there is replaced; else it is ALREADY_EXISTS. */
  readonly overwrite: boolean;
  readonly onProgress: (recordsDone: number) => void;
}

export interface ExportReport {
  readonly files: number;
  readonly tasks: number;
  readonly records: number;
  /** Records without transform steps: no log can hold them. */
  readonly withoutSteps: number;
}

/**
 * Writes logs that TVM's own reader accepts, packed where the name ends in .gz
 * (which TVM does not read). One file holds the records in the order in which
 * they were stored; with `best` or `perTask`, task after task. A file is in its
 * place when it is whole.
 */
export async function exportLogs(
  store: RecordStore,
  out: string,
  options: ExportOptions,
): Promise<ExportReport> {
  const writer = new LogWriter(out, options);
  try {
    for await (const page of pagesOf(store, options)) await writer.write(page);
    await writer.finish();
  } catch (thrown) {
    await writer.discard();
    throw thrown;
  }
  return writer.report;
}

/** Records in the order of writing; where order goes by tasks, a page has records of one task. */
async function* pagesOf(
  store: RecordStore,
  { filter, best, perTask }: ExportOptions,
): AsyncGenerator<readonly StoredRecord[]> {
  if (best === undefined && !perTask) {
    yield* recordPages(store, filter);
    return;
  }
  for (const { task } of await store.listTasks(filter)) {
    const ofTask = recordPages(store, { ...filter, taskId: task.id });
    if (best === undefined) yield* ofTask;
    else yield await bestOfTask(ofTask, best);
  }
}

class LogWriter {
  readonly #out: string;
  readonly #options: ExportOptions;
  readonly #taskIds = new Set<string>();
  #file: LogFile | undefined;
  #fileName = '';
  #files = 0;
  #records = 0;
  #withoutSteps = 0;

  constructor(out: string, options: ExportOptions) {
    this.#out = out;
    this.#options = options;
  }

  get report(): ExportReport {
    return Object.freeze({
      files: this.#files,
      tasks: this.#taskIds.size,
      records: this.#records,
      withoutSteps: this.#withoutSteps,
    });
  }

  async write(page: readonly StoredRecord[]): Promise<void> {
    let text = '';
    for (const { task, record } of page) {
      const line = recordLineOf(task, record);
      if (line === undefined) {
        this.#withoutSteps += 1;
        continue;
      }
      text += `${line}\n`;
      this.#records += 1;
      this.#taskIds.add(task.id);
    }
    const task = page[0]?.task;
    if (task === undefined || text === '') return;
    const name = this.#options.perTask ? join(this.#out, taskFileName(task)) : this.#out;
    const file = await this.#fileOf(name);
    await file.write(text);
    this.#options.onProgress(this.#records);
  }

  /** An export without a record is an empty file, not none: whoever reads it finds nothing in it. */
  async finish(): Promise<void> {
    if (!this.#options.perTask) await this.#fileOf(this.#out);
    await this.#file?.finish();
  }

  async discard(): Promise<void> {
    await this.#file?.discard();
  }

  async #fileOf(name: string): Promise<LogFile> {
    if (this.#file !== undefined && this.#fileName === name) return this.#file;
    await this.#file?.finish();
    this.#file = await LogFile.create(name, this.#options.overwrite);
    this.#fileName = name;
    this.#files += 1;
    return this.#file;
  }
}
