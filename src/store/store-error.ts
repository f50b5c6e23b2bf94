import { Code, PredictorError } from '../errors';
import { postgresCodeOf } from './postgres-error';

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

/** Whatever a database threw, as one of ours that names the store: by its path, or its address without password. */
export function storeError(name: string, thrown: unknown): PredictorError {
  if (thrown instanceof PredictorError) return thrown;
  const databaseCode = databaseCodeOf(thrown);
  const code =
    SQLITE_CODES.find(([prefix]) => databaseCode.startsWith(prefix))?.[1] ??
    postgresCodeOf(thrown) ??
    Code.Internal;
  return new PredictorError(code, `record store "${name}": ${messageOf(thrown)}`, {
    cause: thrown,
    details: { databaseCode },
  });
}

/** `SQLITE_BUSY`, `23505`, `ECONNREFUSED`, ... ; empty where the error has none. */
export function databaseCodeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return '';
  return typeof thrown.code === 'string' ? thrown.code : '';
}

/** A host with several addresses fails with several errors, and no message of its own. */
function messageOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  const { message, errors } = thrown as Partial<AggregateError>;
  if (message) return message;
  return Array.isArray(errors) ? errors.map(messageOf).join('; ') : String(thrown);
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
