import type { CreateTableBuilder } from 'kysely';
import type { StoreDb } from './schema';

/** What differs between the databases behind the one schema. */
export interface SqlTraits {
  /** Adds `sequence`: a primary key that counts up and is never used twice. */
  addSequence<Table extends string>(
    builder: CreateTableBuilder<Table>,
  ): CreateTableBuilder<Table, 'sequence'>;
  /** Column type of bytes. */
  readonly bytesType: 'blob' | 'bytea';
  /**
   * First in every transaction that writes. When it resolves no other one
   * writes, of any process, until this one has ended.
   */
  beginWriting(transaction: StoreDb): Promise<void>;
}
