import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { replaceFile } from '../base';
import type { LogTask, ProgramSource, Task } from '../program';
import { lastingKey } from './adoption';
import { formatCardPage } from './card-page';
import {
  CARD_FILE,
  DATASET_FORMAT,
  type DatasetAbout,
  type DatasetCard,
  formatCard,
} from './dataset-card';
import { type Dataset, isDatasetFolder, openDataset, openFiles } from './dataset-reader';
import {
  type DatasetRecord,
  encodeMeasurementRow,
  encodeProgramRow,
  structureOf,
} from './measurement-rows';
import { makeDatasetFolder } from './new-folder';
import { NewPart, partNumberOf } from './new-part';
import { Summary } from './summarise';
import { measurementColumns, programColumns, taskColumns } from './tables';
import { encodeTaskRow, type TaskRow } from './task-rows';

export const CARD_PAGE_FILE = 'README.md';

/** What a writer has written. */
export interface WrittenCounts {
  readonly tasks: number;
  readonly programs: number;
  readonly records: number;
}

/**
 * Adds to a dataset, or begins one. Nothing of it is seen before `finish`: new rows go to new
 * files, those that are there stay as they are, and the card comes last. A writer that was killed
 * leaves the dataset as it was.
 *
 * Memory holds the tasks, a digest of each program and each measurement (about 100 bytes), and a
 * row group.
 */
export class DatasetWriter {
  readonly #dir: string;
  /** As it was when the writer was opened. */
  readonly #card: DatasetCard | undefined;
  /** The newest row of each task. */
  readonly #tasks = new Map<string, string>();
  readonly #seenTasks = new Set<string>();
  readonly #programs = new Map<string, number>();
  readonly #keys = new Set<string>();
  readonly #taskPart: NewPart<typeof taskColumns>;
  readonly #programPart: NewPart<typeof programColumns>;
  readonly #measurementPart: NewPart<typeof measurementColumns>;

  private constructor(dir: string, card: DatasetCard | undefined) {
    this.#dir = dir;
    this.#card = card;
    const numbers = card?.files.map((file) => partNumberOf(file.name)) ?? [];
    const number = 1 + Math.max(0, ...numbers);
    this.#taskPart = new NewPart(dir, 'tasks', number, taskColumns);
    this.#programPart = new NewPart(dir, 'programs', number, programColumns);
    this.#measurementPart = new NewPart(dir, 'measurements', number, measurementColumns);
  }

  /** DATA_LOSS where the folder's dataset is damaged, ALREADY_EXISTS where it holds something else. */
  static async open(dir: string): Promise<DatasetWriter> {
    if (!(await isDatasetFolder(dir))) {
      await makeDatasetFolder(dir);
      return new DatasetWriter(dir, undefined);
    }
    const dataset = await openDataset(dir);
    const writer = new DatasetWriter(dir, dataset.card);
    await writer.#remember(dataset);
    return writer;
  }

  /** False where the dataset has this measurement already. */
  async add(entry: DatasetRecord): Promise<boolean> {
    const { task, record } = entry;
    await this.#putTask(task);
    const key = lastingKey(entry);
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    const program = await this.#putProgram(task, record.program);
    await this.#measurementPart.append(encodeMeasurementRow(program, entry));
    return true;
  }

  /**
   * Makes everything that was added a part of the dataset, and its card and page anew. Where
   * nothing was added the date of the last export stays: equal datasets are equal files.
   */
  async finish(about: DatasetAbout, exportedAtSeconds: number): Promise<DatasetCard> {
    const files = [...(this.#card?.files ?? [])];
    const before = files.length;
    for (const part of this.#parts) files.push(...(await part.finish()));
    const { programs, batches } = await openFiles(this.#dir, files);
    const summary = new Summary();
    for await (const batch of batches()) for (const entry of batch) summary.add(entry);
    const held = files.length === before ? this.#card?.exportedAt : undefined;
    const card: DatasetCard = {
      format: DATASET_FORMAT,
      title: about.title,
      how: about.how,
      machine: about.machine,
      versions: about.versions,
      exportedAt: held ?? new Date(exportedAtSeconds * 1000).toISOString(),
      ...summary.result(programs.programCount),
      files,
    };
    await replaceFile(join(this.#dir, CARD_FILE), formatCard(card));
    await replaceFile(join(this.#dir, CARD_PAGE_FILE), formatCardPage(card));
    return card;
  }

  /** Takes away what was not finished. */
  async discard(): Promise<void> {
    for (const part of this.#parts) await part.discard();
  }

  /** What the card that is there says; undefined where the dataset begins here. */
  get card(): DatasetCard | undefined {
    return this.#card;
  }

  get written(): WrittenCounts {
    return {
      tasks: this.#taskPart.rowCount,
      programs: this.#programPart.rowCount,
      records: this.#measurementPart.rowCount,
    };
  }

  get #parts() {
    return [this.#taskPart, this.#programPart, this.#measurementPart];
  }

  async #remember({ tasks, programs, batches }: Dataset): Promise<void> {
    for (const task of tasks.values()) this.#tasks.set(task.id, digestOf(encodeTaskRow(task)));
    for await (const { number, structureHash, program } of programs.all()) {
      this.#programs.set(programDigest(structureHash, program), number);
    }
    for await (const batch of batches()) {
      for (const entry of batch) this.#keys.add(lastingKey(entry));
    }
  }

  async #putTask(task: Task | LogTask): Promise<void> {
    if (this.#seenTasks.has(task.id)) return;
    this.#seenTasks.add(task.id);
    const row = encodeTaskRow(task);
    const digest = digestOf(row);
    if (this.#tasks.get(task.id) === digest) return;
    this.#tasks.set(task.id, digest);
    await this.#taskPart.append(row);
  }

  async #putProgram(task: Task | LogTask, program: ProgramSource): Promise<number> {
    const digest = programDigest(structureOf(task), program);
    const known = this.#programs.get(digest);
    if (known !== undefined) return known;
    const number = this.#programs.size + 1;
    this.#programs.set(digest, number);
    await this.#programPart.append(encodeProgramRow(number, task, program));
    return number;
  }
}

function digestOf(row: TaskRow): string {
  const hash = createHash('sha256');
  for (const [name, value] of Object.entries(row)) hash.update(name).update(value as string);
  return hash.digest('base64');
}

function programDigest(structureHash: string, program: ProgramSource): string {
  const content = JSON.stringify([structureHash, program.transformSteps, program.loopNest]);
  return createHash('sha256').update(content).digest('base64');
}
