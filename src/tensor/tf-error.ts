import { Code, PredictorError } from '../errors';

/** What TensorFlow and tfjs throw, as ours; `doing` says what was being computed. */
export function fromTfError(thrown: unknown, doing: string): PredictorError {
  if (thrown instanceof PredictorError) return thrown;
  // Not `instanceof Error`: tfjs may live in another realm than we do.
  const message = messageOf(thrown);
  const code = /OOM|out of memory|RESOURCE_EXHAUSTED|Allocator/i.test(message)
    ? Code.ResourceExhausted
    : Code.Internal;
  return new PredictorError(code, `${doing}: ${message}`, { cause: thrown });
}

/** The package is there, its compiled half is not: what `make setup` is for. */
export function missingAddonError(thrown: unknown): PredictorError {
  return new PredictorError(
    Code.FailedPrecondition,
    'TensorFlow: the native addon of tfjs-node-gpu could not be loaded; run `make setup`, ' +
      `which builds it (${messageOf(thrown).split('\n')[0]})`,
    { cause: thrown },
  );
}

function messageOf(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) {
    return String(thrown.message);
  }
  return String(thrown);
}
