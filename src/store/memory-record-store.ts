import { Kysely } from 'kysely';
import Database from 'libsql';
import { type Clock, systemClock } from '../base';
import { migrateToLatest } from './migrations';
import type { StoreSchema } from './schema';
import { SqlRecordStore } from './sql-record-store';
import { StoreSqliteDialect, sqliteTraits } from './sqlite-traits';

/**
 * Records in memory, for tests and for tools that keep nothing: the contract of
 * `RecordStore` but for one word: nothing outlives the process.
 */
export class MemoryRecordStore extends SqlRecordStore {
  constructor(clock: Clock = systemClock) {
    const database = new Database(':memory:');
    database.pragma('foreign_keys = ON');
    const db = new Kysely<StoreSchema>({ dialect: new StoreSqliteDialect({ database }) });
    const prepared = migrateToLatest(db, sqliteTraits);
    super({ db, traits: sqliteTraits, clock, name: 'in memory', prepared });
  }
}
