import { MemoryRecordStore, recordPages } from '../../src/store';
import { domainRecord, domainTask } from '../support/domain-samples';

describe('recordPages()', () => {
  const store = new MemoryRecordStore();
  const task = domainTask();
  const records = Array.from({ length: 2500 }, (_, index) => domainRecord(index + 1));
  beforeAll(async () => {
    await store.putTask(task);
    await store.append(task.id, records.slice(0, 1200), 'a');
    await store.append(task.id, records.slice(1200), 'b');
  });
  afterAll(() => store.dispose());

  async function sequencesOf(filter: object, most?: number): Promise<number[][]> {
    const pages: number[][] = [];
    for await (const page of recordPages(store, filter, most)) {
      pages.push(page.map(({ sequence }) => sequence));
    }
    return pages;
  }

  it('should give every record once, in order, some at a time', async () => {
    const pages = await sequencesOf({});
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.flat()).toEqual(records.map((_, index) => index + 1));
  });

  it.each([0, 1, 1024, 1025, 1300])('should give the oldest %p that are meant', async (most) => {
    const expected = Array.from({ length: most }, (_, index) => 1201 + index);
    expect((await sequencesOf({ source: 'b' }, most)).flat()).toEqual(expected);
  });
});
