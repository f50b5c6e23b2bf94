/** Where the result of a leaf lies. */
import type { MemoryScope } from '../program';
import { blockLoops, threadLoops, vthreadLoop } from './annotation-code';
import type { LeafGeometry } from './leaf-geometry';

export const globalScope = 0;
export const sharedScope = 1;
export const localScope = 2;
/** By closeness to the arithmetic. */
export type ScopeCode = 0 | 1 | 2;

const codes: Readonly<Record<MemoryScope, ScopeCode>> = {
  global: globalScope,
  shared: sharedScope,
  local: localScope,
};

const insideThread = threadLoops | (1 << vthreadLoop);

/**
 * What no step put anywhere, TVM puts by the loops that it is attached under: local to a
 * thread, shared by a block, or global.
 */
export function scopeOf(geometry: LeafGeometry): ScopeCode {
  const code = codes[geometry.leaf.scope];
  if (code !== globalScope) return code;
  let outer = 0;
  for (let level = 0; level < geometry.attachDepth; level++) {
    outer |= 1 << (geometry.annotation[level] as number);
  }
  if ((outer & insideThread) !== 0) return localScope;
  return (outer & blockLoops) !== 0 ? sharedScope : globalScope;
}
