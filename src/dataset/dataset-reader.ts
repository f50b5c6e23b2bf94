import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Code, PredictorError } from '../errors';
import type { LogTask, Task } from '../program';
import { adopted, adoptersOf } from './adoption';
import { CARD_FILE, type DatasetCard, type DatasetFile, parseCard } from './dataset-card';
import { datasetError } from './dataset-error';
import { describeFile } from './describe-file';
import { type DatasetRecord, decodeMeasurementRow } from './measurement-rows';
import { openParquetFile, type ParquetReader } from './parquet-file';
import { ProgramTable } from './program-table';
import { type TableName, tables } from './tables';
import { decodeTaskRow } from './task-rows';

/** What the files of a dataset hold. */
export interface DatasetContent {
  /** By id, in the order in which they came. */
  readonly tasks: ReadonlyMap<string, Task | LogTask>;
  readonly programs: ProgramTable;
  /**
   * Measurements in the order in which they were written, some two thousand at a time. Those of a
   * log task are the whole task's where the dataset has one.
   */
  batches(): AsyncIterable<readonly DatasetRecord[]>;
}

/** A dataset whose files are what its card says they are. */
export interface Dataset extends DatasetContent {
  readonly card: DatasetCard;
}

interface OpenPart {
  readonly path: string;
  readonly reader: ParquetReader;
}

export async function isDatasetFolder(dir: string): Promise<boolean> {
  return stat(join(dir, CARD_FILE)).then(
    (found) => found.isFile(),
    () => false,
  );
}

/**
 * Opens a dataset: card, checksums, counts of rows and all tasks are checked here; programs and
 * measurements field by field when they are read. Memory holds the tasks and a few row groups.
 * NOT_FOUND where there is no dataset, DATA_LOSS where it is damaged.
 */
export async function openDataset(dir: string): Promise<Dataset> {
  const card = await readCard(dir);
  const content = await openFiles(dir, card.files);
  const records = card.files.filter((file) => tableOf(file.name) === 'measurements');
  assertTotal(dir, 'records', sumOf(records.map((file) => file.rows)), card.total.records);
  assertTotal(dir, 'schedules', content.programs.programCount, card.total.schedules);
  return Object.freeze({ card, ...content });
}

/** The same for a dataset whose card is still to be written. */
export async function openFiles(
  dir: string,
  files: readonly DatasetFile[],
): Promise<DatasetContent> {
  const parts: Record<TableName, OpenPart[]> = { tasks: [], programs: [], measurements: [] };
  for (const file of files) {
    const table = tableOf(file.name);
    parts[table].push(await openPart(dir, file, table));
  }
  const tasks = await readTasks(parts.tasks);
  const programs = new ProgramTable(parts.programs);
  const adopters = adoptersOf(tasks.values());
  const references = { tasks, program: (number: number) => programs.get(number) };
  async function* batches(): AsyncGenerator<readonly DatasetRecord[]> {
    for (const { path, reader } of parts.measurements) {
      for (const group of reader.groups) {
        const records: DatasetRecord[] = [];
        for (const [index, row] of (await reader.readGroup(group)).entries()) {
          const rowNumber = group.firstRow + index;
          const entry = await decodeMeasurementRow(path, rowNumber, row, references);
          records.push(adopted(entry, adopters));
        }
        yield records;
      }
    }
  }
  return Object.freeze({ tasks, programs, batches });
}

export async function readCard(dir: string): Promise<DatasetCard> {
  const path = join(dir, CARD_FILE);
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (thrown) {
    throw new PredictorError(
      Code.NotFound,
      `dataset "${dir}": ${CARD_FILE} cannot be read (${(thrown as Error).message}); a dataset is a folder with a card`,
      { cause: thrown },
    );
  }
  return parseCard(path, content);
}

async function openPart(dir: string, file: DatasetFile, table: TableName): Promise<OpenPart> {
  const path = join(dir, file.name);
  let found: Pick<DatasetFile, 'bytes' | 'sha256'>;
  try {
    found = await describeFile(path);
  } catch (thrown) {
    throw datasetError(path, `cannot be read (${(thrown as Error).message})`, thrown);
  }
  for (const field of ['bytes', 'sha256'] as const) {
    if (found[field] === file[field]) continue;
    throw datasetError(path, `${field} is ${found[field]}, the card says ${file[field]}`);
  }
  const reader = await openParquetFile(path, tables[table]);
  if (reader.rowCount !== file.rows) {
    throw datasetError(path, `rows are ${reader.rowCount}, the card says ${file.rows}`);
  }
  return { path, reader };
}

function tableOf(fileName: string): TableName {
  return fileName.slice(0, fileName.indexOf('-')) as TableName;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function assertTotal(dir: string, field: string, found: number, expected: number): void {
  if (found === expected) return;
  throw datasetError(
    join(dir, CARD_FILE),
    `total.${field} is ${expected}, the files hold ${found}`,
  );
}

async function readTasks(parts: readonly OpenPart[]): Promise<Map<string, Task | LogTask>> {
  const tasks = new Map<string, Task | LogTask>();
  for (const { path, reader } of parts) {
    for (const group of reader.groups) {
      for (const [index, row] of (await reader.readGroup(group)).entries()) {
        const task = decodeTaskRow(path, group.firstRow + index, row);
        tasks.set(task.id, task);
      }
    }
  }
  return tasks;
}
