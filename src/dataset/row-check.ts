import type { PredictorError } from '../errors';
import { datasetError } from './dataset-error';
import type { UncheckedRow } from './parquet-file';

/** Reads the fields of one row; what does not fit is a DATA_LOSS with file, row, field and bound. */
export class RowCheck {
  readonly #path: string;
  readonly #number: number;
  readonly #row: UncheckedRow;

  /** `number` counts from 0 over the file. */
  constructor(path: string, number: number, row: UncheckedRow) {
    this.#path = path;
    this.#number = number;
    this.#row = row;
  }

  text(field: string): string {
    const value = this.#row[field];
    return typeof value === 'string' ? value : this.#refuse(field, 'a text');
  }

  textLike(field: string, pattern: RegExp, expected: string): string {
    const value = this.text(field);
    return pattern.test(value) ? value : this.#refuse(field, expected);
  }

  bytes(field: string): Uint8Array {
    const value = this.#row[field];
    return ArrayBuffer.isView(value) ? (value as Uint8Array) : this.#refuse(field, 'bytes');
  }

  integer(field: string, least: number, most: number): number {
    const value = this.#row[field];
    const fits = Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
    return fits ? Number(value) : this.#refuse(field, `an integer from ${least} to ${most}`);
  }

  finite(field: string): number {
    const value = this.#row[field];
    return Number.isFinite(value) ? Number(value) : this.#refuse(field, 'a finite number');
  }

  finiteList(field: string): readonly number[] {
    const value = this.#row[field];
    if (!Array.isArray(value)) return this.#refuse(field, 'a list of finite numbers');
    const bad = value.findIndex((item) => !Number.isFinite(item));
    if (bad < 0) return Object.freeze([...(value as number[])]);
    throw this.error(`${field}[${bad}]`, String(value[bad]), 'a finite number');
  }

  /** What `parse` makes of a JSON text. */
  json<T>(field: string, parse: (value: unknown) => T): T {
    const text = this.text(field);
    try {
      return parse(JSON.parse(text));
    } catch {
      return this.#refuse(field, 'JSON of the documented form');
    }
  }

  error(field: string, value: string, expected: string): PredictorError {
    const shown = value.length > 80 ? `${value.slice(0, 80)}...` : value;
    return datasetError(
      this.#path,
      `row ${this.#number}: ${field} is ${shown}, expected ${expected}`,
    );
  }

  #refuse(field: string, expected: string): never {
    const value = this.#row[field];
    const shown = typeof value === 'string' ? JSON.stringify(value) : String(value);
    throw this.error(field, shown, expected);
  }
}
