import { type CreateTableBuilder, sql } from 'kysely';
import type { StoreDb } from './schema';
import type { SqlTraits } from './sql-traits';

/**
 * Names the right to write, among the advisory locks of a database. Any number
 * would do; all servers of a store must have the same one, for good.
 */
const WRITERS_LOCK = 7_215_034_926_517_703n;
/** A writer that waits longer is told to try again. */
const LOCK_TIMEOUT = '30s';
/** A writer that is gone without a word must not keep the right to write for hours. */
const SILENCE_TIMEOUT = '60s';

export const postgresTraits: SqlTraits = Object.freeze({
  addSequence: <Table extends string>(builder: CreateTableBuilder<Table>) =>
    builder.addColumn('sequence', 'bigint', (column) =>
      column.generatedAlwaysAsIdentity().primaryKey(),
    ),
  bytesType: 'bytea',
  beginWriting,
});

/**
 * One writer at a time, over all servers. PostgreSQL gives sequences out when rows are inserted,
 * not when they become visible: with two writers at once, who reads on could pass over a lower
 * sequence that is committed later. The lock ends with the transaction, after its commit is seen.
 *
 * `synchronous_commit = off` would answer before the disk has the commit; whatever else a
 * database is set to is at least as strict as `local`, and stays.
 *
 * One statement, evaluated from left to right: the settings hold for the lock already.
 */
async function beginWriting(transaction: StoreDb): Promise<void> {
  await sql`select
    set_config('lock_timeout', ${LOCK_TIMEOUT}, true),
    set_config('idle_in_transaction_session_timeout', ${SILENCE_TIMEOUT}, true),
    set_config('synchronous_commit', case current_setting('synchronous_commit')
      when 'off' then 'on' else current_setting('synchronous_commit') end, true),
    pg_advisory_xact_lock(${sql.lit(WRITERS_LOCK)})
  `.execute(transaction);
}
