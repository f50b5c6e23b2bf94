import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { Code, PredictorError } from '../errors';
import { databaseCodeOf, storeError } from './store-error';

/** Held until `release`, or until the process ends in whatever way. */
export interface StoreLock {
  release(): void;
}

/** Takes a store in a file for this process alone. FAILED_PRECONDITION where another one has it. */
export function acquireStoreLock(storePath: string): StoreLock {
  return acquire(
    `${storePath}.lock`,
    `record store "${storePath}" is in use by another server: stop that one, or choose another data directory`,
  );
}

/**
 * Takes the models of a data directory for this process alone, wherever its records are.
 * FAILED_PRECONDITION where another one has them.
 */
export function lockDataDir(dataDir: string): StoreLock {
  mkdirSync(dataDir, { recursive: true });
  return acquire(
    join(dataDir, 'models.lock'),
    `data directory "${dataDir}" is in use by another server: stop that one, or choose another data directory`,
  );
}

/**
 * At once or not at all: a server started twice by mistake must not wait.
 *
 * The lock is an exclusive transaction on a small database: the kernel drops it
 * with the process, so a killed server leaves nothing stale, and what it guards
 * stays readable to other tools.
 */
function acquire(path: string, refusal: string): StoreLock {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
  } catch (thrown) {
    database?.close();
    if (!databaseCodeOf(thrown).startsWith('SQLITE_BUSY')) throw storeError(path, thrown);
    throw new PredictorError(Code.FailedPrecondition, refusal, { cause: thrown });
  }
  const held = database;
  return Object.freeze({
    release: () => {
      held.exec('ROLLBACK');
      held.close();
    },
  });
}
