import { Kysely, PostgresDialect } from 'kysely';
import { type CustomTypesConfig, Pool, types } from 'pg';
import type { Clock } from '../base';
import { migrateToLatest } from './migrations';
import { postgresTraits } from './postgres-traits';
import type { RecordStore } from './record-store';
import type { StoreSchema } from './schema';
import { SqlRecordStore } from './sql-record-store';
import { storeError } from './store-error';

/** One writes, the others read. */
const MAX_CONNECTIONS = 4;
/** How long a query waits for a connection before it is UNAVAILABLE. */
const CONNECTION_TIMEOUT_MS = 10_000;
/** A connection over which nothing comes is tried this often, so that a dead one is noticed. */
const KEEP_ALIVE_MS = 10_000;

export interface PostgresRecordStoreOptions {
  /**
   * `postgres://user:password@host:port/database`, with the parameters that `pg` knows; what is
   * not in it comes from libpq's variables (`PGPASSWORD`, ...).
   */
  readonly url: string;
  /** Names the store in errors; must hold no password. */
  readonly name: string;
  readonly clock: Clock;
}

/**
 * Opens the store in a PostgreSQL database, and brings its schema up to date. The tables are made
 * in the first schema of the search path. Any number of servers may have it open at a time.
 *
 * A commit is on the disk of the database server before `append` resolves, as
 * far as that server is told to care (`fsync`, `synchronous_commit`; the latter is never `off` here).
 *
 * UNAVAILABLE, which is worth trying again, while the database cannot be
 * reached; PERMISSION_DENIED where it does not let this user in.
 */
export async function openPostgresRecordStore(
  options: PostgresRecordStoreOptions,
): Promise<RecordStore> {
  const { url, name, clock } = options;
  let db: Kysely<StoreSchema> | undefined;
  try {
    const pool = new Pool({
      application_name: 'cdmpp',
      connectionString: url,
      max: MAX_CONNECTIONS,
      connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      types: numberTypes,
    });
    // A lost connection. Its query fails; an idle one is replaced. Without a listener, of the pool
    // for idle ones and of the client for those in use, the process would end.
    pool.on('error', () => {});
    pool.on('connect', (client) => client.on('error', () => {}));
    db = new Kysely<StoreSchema>({ dialect: new PostgresDialect({ pool }) });
    await migrateToLatest(db, postgresTraits);
    return new SqlRecordStore({ db, traits: postgresTraits, clock, name });
  } catch (thrown) {
    await db?.destroy();
    throw storeError(name, thrown);
  }
}

/** Integers of 64 bits and sums come as texts otherwise. All of ours are below 2^53. */
const numberTypes: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === types.builtins.INT8 || oid === types.builtins.NUMERIC
      ? Number
      : types.getTypeParser(oid, format)) as CustomTypesConfig['getTypeParser'],
};
