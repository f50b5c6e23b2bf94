export { assertWhole, type Checkpoint, type CheckpointFacts } from './checkpoint';
export { CheckpointStore, type CheckpointStoreOptions, KEPT_VERSIONS } from './checkpoint-store';
export { MemoryRecordStore } from './memory-record-store';
export type { AppendResult, RecordStore } from './record-store';
export { openSqliteRecordStore, type SqliteRecordStoreOptions } from './sqlite-record-store';
export { unknownTask } from './store-error';
