/**
 * Choices that hang on what is chosen and not on its place in a list: what is added later changes
 * nothing for what was there.
 */
import { createHash } from 'node:crypto';

/** Uniform in [0, 1) over keys. */
export function seededShare(seed: number, purpose: string, key: string): number {
  return Number.parseInt(seededDigest(seed, purpose, key).slice(0, 12), 16) / 2 ** 48;
}

/** Hex; sorting by it shuffles. */
export function seededDigest(seed: number, purpose: string, key: string): string {
  return createHash('sha256').update(`${seed}\n${purpose}\n${key}`).digest('hex');
}
