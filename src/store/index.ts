export { assertWhole, type Checkpoint, type CheckpointFacts, sha256Of } from './checkpoint';
export { CheckpointStore, type CheckpointStoreOptions, KEPT_VERSIONS } from './checkpoint-store';
export { MemoryRecordStore } from './memory-record-store';
export { type OpenRecordStoreOptions, openRecordStore } from './open-record-store';
export { openPostgresRecordStore, type PostgresRecordStoreOptions } from './postgres-record-store';
export type { PruneResult, PruneRules, RecordFilter } from './record-filter';
export { recordPages } from './record-pages';
export type {
  AppendPart,
  AppendResult,
  BrokenLine,
  ImportMark,
  RecordStore,
  StoredRecord,
} from './record-store';
export { openSqliteRecordStore, type SqliteRecordStoreOptions } from './sqlite-record-store';
export { unknownTask } from './store-error';
export { lockDataDir, type StoreLock } from './store-lock';
export type { NamedCounts, RecordCounts, StoreStats, TaskSummary } from './store-stats';
