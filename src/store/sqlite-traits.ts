import { type CreateTableBuilder, type DialectAdapter, SqliteAdapter, SqliteDialect } from 'kysely';
import type { SqlTraits } from './sql-traits';

export const sqliteTraits: SqlTraits = Object.freeze({
  // Without `autoincrement` SQLite gives the numbers of deleted rows out again.
  addSequence: <Table extends string>(builder: CreateTableBuilder<Table>) =>
    builder.addColumn('sequence', 'integer', (column) => column.primaryKey().autoIncrement()),
  bytesType: 'blob',
  // One process has the store, and kysely gives its one connection to one transaction at a time.
  beginWriting: async () => {},
});

/** kysely's, but that migrations run in a transaction: a killed one leaves nothing behind. */
export class StoreSqliteDialect extends SqliteDialect {
  override createAdapter(): DialectAdapter {
    return new TransactionalSqliteAdapter();
  }
}

class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
