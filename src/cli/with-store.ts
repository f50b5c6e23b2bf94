import { existsSync } from 'node:fs';
import { systemClock } from '../base';
import type { StoreLocation } from '../config';
import { Code, PredictorError } from '../errors';
import { openRecordStore, type RecordStore } from '../store';

/** Opens the store for as long as the action takes; makes it where it is not there. */
export async function withStore<T>(
  { store: location }: { readonly store: StoreLocation },
  action: (store: RecordStore) => Promise<T>,
): Promise<T> {
  const store = await openRecordStore({ location, clock: systemClock });
  try {
    return await action(store);
  } finally {
    await store.dispose();
  }
}

/** A store to look into must be there: else a mistyped path would answer that it holds nothing. */
export async function withStoreThatIs<T>(
  options: { readonly store: StoreLocation },
  action: (store: RecordStore) => Promise<T>,
): Promise<T> {
  const { store } = options;
  if (store.kind === 'sqlite' && !existsSync(store.path)) {
    throw new PredictorError(
      Code.NotFound,
      `record store "${store.name}" is not there; --store or --data-dir name another`,
    );
  }
  return withStore(options, action);
}
