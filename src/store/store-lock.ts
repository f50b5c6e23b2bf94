import Database from 'libsql';
import { Code, PredictorError } from '../errors';
import { sqliteCodeOf, storeError } from './store-error';

/** Held until `release`, or until the process ends in whatever way. */
export interface StoreLock {
  release(): void;
}

/**
 * Takes a store for this process alone. FAILED_PRECONDITION where another one
 * has it, at once: a server started twice by mistake must not wait.
 *
 * The lock is an exclusive transaction on a small database beside the store:
 * the kernel drops it with the process, so a killed server leaves nothing stale,
 * and the store itself stays readable to other tools.
 */
export function acquireStoreLock(storePath: string): StoreLock {
  const path = `${storePath}.lock`;
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
  } catch (thrown) {
    database?.close();
    if (!sqliteCodeOf(thrown).startsWith('SQLITE_BUSY')) throw storeError(path, thrown);
    throw new PredictorError(
      Code.FailedPrecondition,
      `record store "${storePath}" is in use by another server: stop that one, or choose another data directory`,
      { cause: thrown },
    );
  }
  const held = database;
  return Object.freeze({
    release: () => {
      held.exec('ROLLBACK');
      held.close();
    },
  });
}
