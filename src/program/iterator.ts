/**
 * Loop iterators and where they come from: an axis of the stage, a part of a
 * split, or a fusion of several. The printed text shows only names and extents;
 * provenance tells how far one step of a loop moves along each axis.
 */
import type { Annotation } from './loop-nest';

export type Provenance =
  | { readonly kind: 'axis'; readonly axis: number }
  | {
      readonly kind: 'split';
      readonly parent: Iterator;
      /** 0 is the outermost part; there are lengths.length + 1 parts. */
      readonly part: number;
      readonly lengths: readonly number[];
      /** True: lengths are those of the inner parts; false: of the outer parts. */
      readonly innerToOuter: boolean;
    }
  | { readonly kind: 'fuse'; readonly parts: readonly Iterator[] };

export interface Iterator {
  /** As the printed nest shows it: `i.0`, `i.0@j.0@`, `k_o`. */
  readonly name: string;
  /** As TVM's tensor expressions name it, cleaned: `k_o`, `rv0_rv1_fused_i`. */
  readonly expressionName: string;
  readonly provenance: Provenance;
  annotation: Annotation;
  /** Set when a later step replaces this iterator: the one that takes over what is attached to it. */
  replacedBy: Iterator | undefined;
}

/** A run of an axis: `extent` steps of `stride` elements each. */
export interface AxisRun {
  readonly axis: number;
  readonly extent: number;
  readonly stride: number;
}

export function createIterator(
  name: string,
  expressionName: string,
  provenance: Provenance,
  annotation: Annotation = 'for',
): Iterator {
  return { name, expressionName, provenance, annotation, replacedBy: undefined };
}

/** The iterator that now stands where the given one stood. */
export function currentIterator(iterator: Iterator): Iterator {
  let current = iterator;
  while (current.replacedBy !== undefined) current = current.replacedBy;
  return current;
}

/**
 * What one iterator runs over, outermost run first, for the given extents of the
 * stage's axes. Uneven splits round up, as TVM's do.
 */
export function axisRuns(
  iterator: Iterator,
  axisExtents: ArrayLike<number>,
  memo: Map<Iterator, readonly AxisRun[]>,
): readonly AxisRun[] {
  const known = memo.get(iterator);
  if (known !== undefined) return known;
  const runs = computeRuns(iterator.provenance, axisExtents, memo);
  memo.set(iterator, runs);
  return runs;
}

function computeRuns(
  provenance: Provenance,
  axisExtents: ArrayLike<number>,
  memo: Map<Iterator, readonly AxisRun[]>,
): readonly AxisRun[] {
  switch (provenance.kind) {
    case 'axis': {
      const extent = axisExtents[provenance.axis] as number;
      return extent === 1 ? [] : [{ axis: provenance.axis, extent, stride: 1 }];
    }
    case 'fuse':
      return provenance.parts.flatMap((part) => axisRuns(part, axisExtents, memo));
    case 'split':
      return splitRuns(provenance, axisRuns(provenance.parent, axisExtents, memo));
  }
}

function splitRuns(
  split: Extract<Provenance, { kind: 'split' }>,
  parent: readonly AxisRun[],
): readonly AxisRun[] {
  const lengths = split.innerToOuter ? split.lengths : innerLengths(split.lengths, parent);
  let outer = parent;
  for (let part = lengths.length; part >= 1; part--) {
    const [rest, inner] = takeInner(outer, lengths[part - 1] as number);
    if (part === split.part) return inner;
    outer = rest;
  }
  return outer;
}

/** Lengths of parts 1 to n of a split that states the lengths of parts 0 to n-1. */
function innerLengths(outerLengths: readonly number[], parent: readonly AxisRun[]): number[] {
  let rest = parent.reduce((product, run) => product * run.extent, 1);
  for (const length of outerLengths) rest = Math.ceil(rest / length);
  return [...outerLengths.slice(1), rest];
}

/** Divides runs into [outer, inner] so that the inner ones take `length` steps. */
function takeInner(
  runs: readonly AxisRun[],
  length: number,
): [readonly AxisRun[], readonly AxisRun[]] {
  if (length === 1) return [runs, []];
  const outer = runs.slice();
  const inner: AxisRun[] = [];
  let rest = length;
  while (rest > 1) {
    const run = outer.pop();
    if (run === undefined) break;
    if (run.extent <= rest) {
      inner.unshift(run);
      rest = Math.ceil(rest / run.extent);
    } else {
      inner.unshift({ axis: run.axis, extent: rest, stride: run.stride });
      outer.push({
        axis: run.axis,
        extent: Math.ceil(run.extent / rest),
        stride: run.stride * rest,
      });
      rest = 1;
    }
  }
  return [outer, inner];
}
