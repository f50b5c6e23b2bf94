import { MemoryRecordStore } from '../../src/store';
import { recordStoreContract } from '../contracts/record-store.contract';

describe('MemoryRecordStore', () => {
  recordStoreContract(async () => ({ store: new MemoryRecordStore() }));

  it('should close before it was ever used', async () => {
    await expect(new MemoryRecordStore().dispose()).resolves.toBeUndefined();
  });
});
