/**
 * The loop iterators of one program and where they come from: an axis of the
 * stage, a part of a split, or a fusion of several. Provenance tells how far one
 * step of a loop moves along each axis. Columns, reused from program to program.
 */
import { invalidArgument } from '../errors';
import { growTo } from './grow';
import type { Axis } from './task';

export const Provenance = Object.freeze({ axis: 0, split: 1, fuse: 2 });

/** More than any schedule has; bounds what one program may take. */
const maxIterators = 8192;
/** Splits of splits and fusions of fusions; real schedules stay below ten. */
const maxDepth = 128;

export class IteratorTable {
  count = 0;
  provenance = new Uint8Array(256);
  /** Axis of the stage, parent of the split, or first entry of the fusion in `parts`. */
  source = new Int32Array(256);
  /** Which part of the split (0 is the outermost), or how many are fused. */
  part = new Int32Array(256);
  /** Number of the split in `splitFirst`. */
  split = new Int32Array(256);
  /** Index into `annotations`. */
  annotation = new Uint8Array(256);
  /** The iterator that took over what was attached to this one; -1: it still stands. */
  replacedBy = new Int32Array(256);
  #depth = new Uint8Array(256);

  splitCount = 0;
  /** Lengths of split s: `lengths` from `splitFirst[s]` to `splitFirst[s + 1]`. */
  splitFirst = new Int32Array(65);
  lengths = new Float64Array(256);
  /** First iterator that split s made; the others follow. */
  splitParts = new Int32Array(64);
  /** 1: lengths are those of the inner parts; 0: of the outer ones. */
  splitInner = new Uint8Array(64);

  #partCount = 0;
  parts = new Int32Array(256);

  clear(): void {
    this.count = 0;
    this.splitCount = 0;
    this.#partCount = 0;
  }

  addAxis(axis: number): number {
    return this.#add(Provenance.axis, axis, 0, -1, 0);
  }

  /** Fuses iterators that stand side by side: `list` from `first` to `last`, not included. */
  addFusion(list: readonly number[], first: number, last: number): number {
    const start = this.#partCount;
    this.parts = growTo(this.parts, start + last - first);
    let depth = 0;
    for (let i = first; i < last; i++) {
      const part = list[i] as number;
      this.parts[this.#partCount++] = part;
      depth = Math.max(depth, this.#depth[part] as number);
    }
    const fused = this.#add(Provenance.fuse, start, last - first, -1, depth + 1);
    for (let i = first; i < last; i++) this.replacedBy[list[i] as number] = fused;
    return fused;
  }

  /** Room for a split into `count` lengths; the caller fills `lengths` from the result on. */
  beginSplit(count: number): number {
    const start = this.splitFirst[this.splitCount] as number;
    this.lengths = growTo(this.lengths, start + count);
    return start;
  }

  /** Adds count + 1 parts, outermost first; returns the first. */
  endSplit(parent: number, count: number, innerToOuter: boolean): number {
    const split = this.splitCount++;
    this.splitFirst = growTo(this.splitFirst, split + 2);
    this.splitParts = growTo(this.splitParts, split + 1);
    this.splitInner = growTo(this.splitInner, split + 1);
    this.splitFirst[split + 1] = (this.splitFirst[split] as number) + count;
    this.splitInner[split] = innerToOuter ? 1 : 0;
    const first = this.count;
    this.splitParts[split] = first;
    const depth = (this.#depth[parent] as number) + 1;
    for (let part = 0; part <= count; part++) {
      this.#add(Provenance.split, parent, part, split, depth);
    }
    this.replacedBy[parent] = first + count;
    return first;
  }

  /** The iterator that now stands where the given one stood. */
  current(iterator: number): number {
    let at = iterator;
    for (let next = this.replacedBy[at] as number; next >= 0; next = this.replacedBy[at] as number)
      at = next;
    return at;
  }

  /** Parts of the split that made an iterator. */
  partCount(iterator: number): number {
    const split = this.split[iterator] as number;
    return (this.splitFirst[split + 1] as number) - (this.splitFirst[split] as number) + 1;
  }

  /** As the printed nest shows it: `i.0`, `i.0@j.0@`. */
  name(iterator: number, axes: readonly Axis[]): string {
    const source = this.source[iterator] as number;
    switch (this.provenance[iterator]) {
      case Provenance.axis:
        return (axes[source] as Axis).name;
      case Provenance.split:
        return `${this.name(source, axes)}.${this.part[iterator]}`;
      default:
        return this.#fused(iterator, (part) => `${this.name(part, axes)}@`).join('');
    }
  }

  /** As TVM's tensor expressions name it, cleaned: `k_o`, `rv0_rv1_fused_i`. */
  expressionName(iterator: number, axes: readonly Axis[]): string {
    const source = this.source[iterator] as number;
    switch (this.provenance[iterator]) {
      case Provenance.axis:
        return (axes[source] as Axis).name;
      case Provenance.split: {
        const part = this.part[iterator] as number;
        const outer = '_o'.repeat(this.partCount(iterator) - 1 - part);
        return `${this.expressionName(source, axes)}${outer}${part === 0 ? '' : '_i'}`;
      }
      default: {
        const parts = this.#fused(iterator, (part) => this.expressionName(part, axes));
        return `${parts.join('_')}_fused`;
      }
    }
  }

  /** Whether it moves an axis from `spatialCount` on, of one iteration too. */
  reduces(iterator: number, spatialCount: number): boolean {
    const source = this.source[iterator] as number;
    switch (this.provenance[iterator]) {
      case Provenance.axis:
        return source >= spatialCount;
      case Provenance.split:
        return this.reduces(source, spatialCount);
      default:
        return this.#fused(iterator, (part) => this.reduces(part, spatialCount)).includes(true);
    }
  }

  #fused<T>(iterator: number, each: (part: number) => T): T[] {
    const start = this.source[iterator] as number;
    return Array.from({ length: this.part[iterator] as number }, (_, i) =>
      each(this.parts[start + i] as number),
    );
  }

  #add(provenance: number, source: number, part: number, split: number, depth: number): number {
    const i = this.count;
    if (i >= maxIterators) {
      throw invalidArgument(`transform_steps: more than ${maxIterators} loops are made`);
    }
    if (depth > maxDepth) {
      throw invalidArgument(`transform_steps: loops are split or fused ${maxDepth} times over`);
    }
    if (i === this.provenance.length) {
      this.provenance = growTo(this.provenance, i + 1);
      this.source = growTo(this.source, i + 1);
      this.part = growTo(this.part, i + 1);
      this.split = growTo(this.split, i + 1);
      this.annotation = growTo(this.annotation, i + 1);
      this.replacedBy = growTo(this.replacedBy, i + 1);
      this.#depth = growTo(this.#depth, i + 1);
    }
    this.provenance[i] = provenance;
    this.source[i] = source;
    this.part[i] = part;
    this.split[i] = split;
    this.annotation[i] = 0;
    this.replacedBy[i] = -1;
    this.#depth[i] = depth;
    this.count = i + 1;
    return i;
  }
}
