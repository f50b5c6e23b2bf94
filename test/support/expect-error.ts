import { Code, PredictorError } from '../../src/errors';

/** The PredictorError that `action` throws or rejects with; fails where there is none. */
export async function errorOf(action: () => unknown): Promise<PredictorError> {
  try {
    await action();
  } catch (thrown) {
    if (thrown instanceof PredictorError) return thrown;
    throw thrown;
  }
  throw new Error('expected a PredictorError, but nothing was thrown');
}

/** Expects a PredictorError of this code whose message matches. */
export async function expectError(
  action: () => unknown,
  code: Code,
  message: RegExp,
): Promise<void> {
  const error = await errorOf(action);
  expect({ code: Code[error.code], message: error.rawMessage }).toEqual({
    code: Code[code],
    message: expect.stringMatching(message),
  });
}
