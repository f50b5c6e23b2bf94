import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Kysely } from 'kysely';
import Database from 'libsql';
import type { Clock } from '../base';
import { migrateToLatest } from './migrations';
import type { RecordStore } from './record-store';
import type { StoreSchema } from './schema';
import { SqlRecordStore } from './sql-record-store';
import { StoreSqliteDialect, sqliteTraits } from './sqlite-traits';
import { storeError } from './store-error';
import { acquireStoreLock, type StoreLock } from './store-lock';

/** How long a statement waits for a reader of another process before it is UNAVAILABLE. */
const BUSY_TIMEOUT_MS = 5000;

export interface SqliteRecordStoreOptions {
  /** The database file; made, with its folder, where it is not there yet. */
  readonly path: string;
  readonly clock: Clock;
}

/**
 * Opens (or makes) the store in one SQLite file, and brings its schema up to date.
 *
 * Write-ahead log with `synchronous = FULL`: every commit is fsynced before
 * `append` resolves, so it outlives a killed process and a lost power supply.
 * Calls block the event loop while SQLite works (below a millisecond for a
 * report of 64 records, and the disk's fsync on top).
 *
 * FAILED_PRECONDITION where another process has the store, DATA_LOSS where the
 * file is not a database.
 */
export async function openSqliteRecordStore(
  options: SqliteRecordStoreOptions,
): Promise<RecordStore> {
  const { path, clock } = options;
  let lock: StoreLock | undefined;
  let database: Database.Database | undefined;
  try {
    await mkdir(dirname(path), { recursive: true });
    lock = acquireStoreLock(path);
    database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    const db = new Kysely<StoreSchema>({ dialect: new StoreSqliteDialect({ database }) });
    await migrateToLatest(db, sqliteTraits);
    return new SqlRecordStore({
      db,
      traits: sqliteTraits,
      clock,
      name: path,
      onClosed: lock.release,
    });
  } catch (thrown) {
    database?.close();
    lock?.release();
    throw storeError(path, thrown);
  }
}
