export type { AppendResult, RecordStore } from './record-store';
