import { Code } from '../../src/errors';
import { TaskCache } from '../../src/serving/task-cache';
import { MemoryRecordStore } from '../../src/store';
import { domainTask } from '../support/domain-samples';
import { expectError } from '../support/expect-error';

describe('TaskCache', () => {
  const [a, b, c] = [domainTask(1), domainTask(2), domainTask(3)];

  it('should give one object for an id, whatever the calls bring', async () => {
    const cache = new TaskCache(new MemoryRecordStore(), 8);
    expect(await cache.resolve(a)).toBe(a);
    expect(await cache.resolve(domainTask(1))).toBe(a);
    expect(await cache.resolve(a.id)).toBe(a);
  });

  it('should read from the store what it does not have, and say what nobody has', async () => {
    const store = new MemoryRecordStore();
    await store.putTask(a);
    const cache = new TaskCache(store, 8);
    expect(await cache.resolve(a.id)).toEqual(a);
    await expectError(() => cache.resolve(b.id), Code.NotFound, /register the task again/);
  });

  it('should forget the task that was longest not used', async () => {
    const cache = new TaskCache(new MemoryRecordStore(), 2);
    await cache.resolve(a);
    await cache.resolve(b);
    await cache.resolve(a.id);
    await cache.resolve(c);
    expect(await cache.resolve(a.id)).toBe(a);
    await expectError(() => cache.resolve(b.id), Code.NotFound, /not known/);
  });
});
