import type { Clock } from '../base';
import type { StoreLocation } from '../config';
import { openPostgresRecordStore } from './postgres-record-store';
import type { RecordStore } from './record-store';
import { openSqliteRecordStore } from './sqlite-record-store';

export interface OpenRecordStoreOptions {
  readonly location: StoreLocation;
  readonly clock: Clock;
}

/** Errors as `openSqliteRecordStore` and `openPostgresRecordStore`. */
export function openRecordStore({ location, clock }: OpenRecordStoreOptions): Promise<RecordStore> {
  return location.kind === 'sqlite'
    ? openSqliteRecordStore({ path: location.path, clock })
    : openPostgresRecordStore({ url: location.url, name: location.name, clock });
}
