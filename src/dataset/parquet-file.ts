/**
 * The one door to Parquet: tables of named columns, written and read a row group at a time.
 * The libraries are modules that only `import()` can load.
 */
import { open, stat } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { datasetError } from './dataset-error';

/** `doubles`: a list of numbers in each row. */
export type ColumnType = 'text' | 'bytes' | 'int32' | 'double' | 'doubles';

/** Columns by name, in the order in which they are written. No value is ever null. */
export type Columns = Readonly<Record<string, ColumnType>>;

export type Value = string | Uint8Array | number | readonly number[];

export type Row<C extends Columns> = Readonly<Record<keyof C, Value>>;

/** As they come out of a file: a damaged one holds anything. */
export type UncheckedRow = Readonly<Record<string, unknown>>;

/** Uncompressed bytes after which a row group ends. Its columns pass through memory whole. */
const GROUP_BYTES = 8 * 1024 * 1024;
const GROUP_ROWS = 2048;
/** A page is a whole column of a group: compression sees all of it. */
const PAGE_BYTES = 4 * GROUP_BYTES;
const COMPRESSION_LEVEL = 9;

const compressors = Object.freeze({
  GZIP: (bytes: Uint8Array): Uint8Array => gzipSync(bytes, { level: COMPRESSION_LEVEL }),
});
const decompressors = Object.freeze({
  GZIP: (bytes: Uint8Array, byteCount: number): Uint8Array =>
    gunzipSync(bytes, { maxOutputLength: Math.max(byteCount, 1) }),
});

/** Rows for one file. Nothing is on disk for sure before `finish`. */
export interface ParquetWriter<C extends Columns> {
  append(row: Row<C>): void;
  readonly rowCount: number;
  /** Writes the rest and waits until the disk has it all. */
  finish(): Promise<void>;
}

export async function createParquetWriter<C extends Columns>(
  path: string,
  columns: C,
): Promise<ParquetWriter<C>> {
  const library = await import('hyparquet-writer');
  const writer = new library.ParquetWriter({
    writer: library.fileWriter(path),
    schema: schemaOf(columns),
    codec: 'GZIP',
    compressors,
    statistics: false,
  });
  let pending: Row<C>[] = [];
  let pendingBytes = 0;
  let rowCount = 0;
  const flush = (): void => {
    if (pending.length === 0) return;
    const columnData = Object.keys(columns).map((name) => ({
      name,
      data: pending.map((row) => row[name]),
    }));
    writer.write({ columnData, rowGroupSize: pending.length, pageSize: PAGE_BYTES });
    pending = [];
    pendingBytes = 0;
  };
  return {
    append: (row) => {
      pending.push(row);
      rowCount += 1;
      pendingBytes += Object.values(row as Row<Columns>).reduce<number>(
        (sum, value) => sum + sizeOf(value),
        0,
      );
      if (pending.length >= GROUP_ROWS || pendingBytes >= GROUP_BYTES) flush();
    },
    get rowCount() {
      return rowCount;
    },
    finish: async () => {
      flush();
      writer.finish();
      const handle = await open(path, 'r+');
      await handle.sync();
      await handle.close();
    },
  };
}

/** A group of neighbouring rows. */
export interface RowGroup {
  /** Number of the first row in the file, from 0. */
  readonly firstRow: number;
  readonly rowCount: number;
}

export interface ParquetReader {
  readonly rowCount: number;
  readonly groups: readonly RowGroup[];
  readGroup(group: RowGroup): Promise<readonly UncheckedRow[]>;
}

/** DATA_LOSS where the file is no Parquet, or its columns are not these. */
export async function openParquetFile(path: string, columns: Columns): Promise<ParquetReader> {
  const library = await import('hyparquet');
  const file = { byteLength: (await stat(path)).size, slice: sliceOf(path) };
  const metadata = await reading(path, () => library.parquetMetadataAsync(file));
  const found = metadata.schema.map(({ name, type }) => `${name}:${type ?? ''}`).join(' ');
  const expected = schemaOf(columns)
    .map(({ name, type }) => `${name}:${type ?? ''}`)
    .join(' ');
  if (found !== expected) {
    throw datasetError(path, `its columns are ${found}, expected ${expected}`);
  }
  let firstRow = 0;
  const groups = metadata.row_groups.map((group) => {
    const rowCount = Number(group.num_rows);
    firstRow += rowCount;
    return Object.freeze({ firstRow: firstRow - rowCount, rowCount });
  });
  return {
    rowCount: firstRow,
    groups,
    readGroup: (group) =>
      reading(path, () =>
        library.parquetReadObjects({
          file,
          metadata,
          rowStart: group.firstRow,
          rowEnd: group.firstRow + group.rowCount,
          compressors: decompressors,
          utf8: false,
        }),
      ),
  };
}

interface SchemaElement {
  readonly name: string;
  readonly type?: 'BYTE_ARRAY' | 'INT32' | 'DOUBLE';
  readonly converted_type?: 'UTF8' | 'LIST';
  readonly repetition_type?: 'REQUIRED' | 'REPEATED';
  readonly num_children?: number;
}

function schemaOf(columns: Columns): SchemaElement[] {
  const names = Object.entries(columns);
  return [
    { name: 'root', num_children: names.length },
    ...names.flatMap(([name, type]) => elementsOf(name, type)),
  ];
}

function elementsOf(name: string, type: ColumnType): SchemaElement[] {
  const required = { name, repetition_type: 'REQUIRED' } as const;
  switch (type) {
    case 'text':
      return [{ ...required, type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
    case 'bytes':
      return [{ ...required, type: 'BYTE_ARRAY' }];
    case 'int32':
      return [{ ...required, type: 'INT32' }];
    case 'double':
      return [{ ...required, type: 'DOUBLE' }];
    case 'doubles':
      return [
        { ...required, converted_type: 'LIST', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', type: 'DOUBLE', repetition_type: 'REQUIRED' },
      ];
  }
}

function sizeOf(value: Value): number {
  return typeof value === 'number' ? 8 : value.length * (Array.isArray(value) ? 8 : 1);
}

/** Opened for each slice: a dataset holds many files, and few of them are read at a time. */
function sliceOf(path: string) {
  return async (start: number, end?: number): Promise<ArrayBuffer> => {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      const bytes = new ArrayBuffer(Math.max(0, Math.min(end ?? size, size) - start));
      await handle.read(new Uint8Array(bytes), 0, bytes.byteLength, start);
      return bytes;
    } finally {
      await handle.close();
    }
  };
}

async function reading<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (thrown) {
    throw datasetError(path, thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }
}
