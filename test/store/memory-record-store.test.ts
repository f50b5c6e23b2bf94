import { MemoryRecordStore } from '../../src/store';
import { recordStoreContract } from '../contracts/record-store.contract';

describe('MemoryRecordStore', () => {
  recordStoreContract(async () => ({ store: new MemoryRecordStore() }));
});
