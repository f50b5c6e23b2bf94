import { invalidArgument } from '../errors';

/**
 * What a look at a path gives; undefined where the path is not there. INVALID_ARGUMENT where it is
 * there and cannot be read: that is not nothing.
 */
export async function unlessMissing<T>(path: string, look: Promise<T>): Promise<T | undefined> {
  try {
    return await look;
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw invalidArgument(`${path} cannot be read: ${message}`, { cause: thrown });
  }
}
