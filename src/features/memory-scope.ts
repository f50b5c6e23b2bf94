/** Where the result of a leaf lies, as a number: closeness to the arithmetic. */
import type { MemoryScope } from '../program';

export const globalScope = 0;
export const sharedScope = 1;
export const localScope = 2;
export type ScopeCode = 0 | 1 | 2;

export function scopeCode(scope: MemoryScope): ScopeCode {
  if (scope === 'global') return globalScope;
  return scope === 'shared' ? sharedScope : localScope;
}
