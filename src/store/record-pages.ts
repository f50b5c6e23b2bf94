import type { RecordFilter } from './record-filter';
import type { RecordStore, StoredRecord } from './record-store';

/** Records of one read of the store. */
const PAGE_RECORDS = 1024;

/** The oldest `most` of the records that the filter means, in their order, a page at a time. */
export async function* recordPages(
  store: Pick<RecordStore, 'readRecords'>,
  filter: RecordFilter,
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly StoredRecord[]> {
  let after = 0;
  let left = most;
  while (left > 0) {
    const page = await store.readRecords(filter, after, Math.min(left, PAGE_RECORDS));
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.sequence;
    left -= page.length;
  }
}
