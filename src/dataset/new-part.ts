import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UNFINISHED } from '../base';
import type { DatasetFile } from './dataset-card';
import { describeFile } from './describe-file';
import { type Columns, createParquetWriter, type ParquetWriter, type Row } from './parquet-file';
import type { TableName } from './tables';

/** One more file of a table; there under its name only once it is whole. Without rows there is none. */
export class NewPart<C extends Columns> {
  readonly #dir: string;
  readonly #name: string;
  readonly #columns: C;
  #writer: ParquetWriter<C> | undefined;

  constructor(dir: string, table: TableName, number: number, columns: C) {
    this.#dir = dir;
    this.#name = `${table}-${String(number).padStart(4, '0')}.parquet`;
    this.#columns = columns;
  }

  get rowCount(): number {
    return this.#writer?.rowCount ?? 0;
  }

  async append(row: Row<C>): Promise<void> {
    this.#writer ??= await createParquetWriter(this.#unfinished, this.#columns);
    this.#writer.append(row);
  }

  /** The file as the card lists it; an empty list where there are no rows. */
  async finish(): Promise<readonly DatasetFile[]> {
    if (this.#writer === undefined) return [];
    await this.#writer.finish();
    await rename(this.#unfinished, join(this.#dir, this.#name));
    const file = await describeFile(join(this.#dir, this.#name));
    return [{ name: this.#name, rows: this.#writer.rowCount, ...file }];
  }

  async discard(): Promise<void> {
    await rm(this.#unfinished, { force: true });
  }

  get #unfinished(): string {
    return join(this.#dir, `${this.#name}${UNFINISHED}`);
  }
}

export function partNumberOf(fileName: string): number {
  return Number(/\d+/.exec(fileName)?.[0] ?? 0);
}
