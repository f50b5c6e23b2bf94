import { Code, PredictorError } from '../errors';

/** The codes of SQLite that say more than "it failed"; see https://sqlite.org/rescode.html. */
const SQLITE_CODES: readonly (readonly [prefix: string, code: Code])[] = [
  ['SQLITE_BUSY', Code.Unavailable],
  ['SQLITE_LOCKED', Code.Unavailable],
  ['SQLITE_FULL', Code.ResourceExhausted],
  ['SQLITE_CORRUPT', Code.DataLoss],
  ['SQLITE_NOTADB', Code.DataLoss],
  ['SQLITE_READONLY', Code.PermissionDenied],
  ['SQLITE_CANTOPEN', Code.FailedPrecondition],
];

/** Whatever a database threw, as one of ours that names the store. */
export function storeError(path: string, thrown: unknown): PredictorError {
  if (thrown instanceof PredictorError) return thrown;
  const sqliteCode = sqliteCodeOf(thrown);
  const code = SQLITE_CODES.find(([prefix]) => sqliteCode.startsWith(prefix))?.[1] ?? Code.Internal;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new PredictorError(code, `record store "${path}": ${message}`, {
    cause: thrown,
    details: { sqliteCode },
  });
}

/** `SQLITE_BUSY`, ... ; empty where the error is not SQLite's. */
export function sqliteCodeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return '';
  return typeof thrown.code === 'string' ? thrown.code : '';
}

export function unknownTask(taskId: string): PredictorError {
  return new PredictorError(
    Code.NotFound,
    `task_id "${taskId}" is not known to this server: register the task again`,
  );
}

export function storeClosed(): PredictorError {
  return new PredictorError(Code.Unavailable, 'the record store is closed');
}
