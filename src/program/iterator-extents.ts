/**
 * How many iterations each iterator makes and what it runs over, for given extents
 * of its stage's axes: TVM's PassDownDomain. Uneven splits round up, as TVM's do.
 */
import { invalidArgument } from '../errors';
import { growTo } from './grow';
import { type IteratorTable, Provenance } from './iterator-table';

/** Real programs have some hundreds; bounds what one program may take. */
const maxRuns = 262_144;

export class IteratorExtents {
  readonly #table: IteratorTable;
  #axisExtents: ArrayLike<number> = [];
  #extent = new Float64Array(256);
  #first = new Int32Array(256);
  /** Runs of an iterator; -1: not worked out yet. */
  #runs = new Int32Array(256).fill(-1);
  /** 1: part of a loop bound to threads, whose extent a split never lowers. */
  #isThreaded = new Uint8Array(256);
  /** 1: its runs are what it does, but for a tail; 0: they approximate it. */
  #isExact = new Uint8Array(256);
  #runCount = 0;
  runAxis = new Int32Array(512);
  runExtent = new Float64Array(512);
  runStride = new Float64Array(512);

  constructor(table: IteratorTable) {
    this.#table = table;
  }

  /** Forgets everything; to be called when the table's program is complete. */
  clear(): void {
    const { count } = this.#table;
    this.#grow(count);
    this.#runs.fill(-1, 0, count);
    this.#isThreaded.fill(0, 0, count);
    this.#runCount = 0;
  }

  #grow(count: number): void {
    this.#extent = growTo(this.#extent, count);
    this.#first = growTo(this.#first, count);
    this.#runs = growTo(this.#runs, count);
    this.#isThreaded = growTo(this.#isThreaded, count);
    this.#isExact = growTo(this.#isExact, count);
  }

  /** Extents of the axes of the stage whose iterators are asked for next. */
  setAxes(axisExtents: ArrayLike<number>): void {
    this.#axisExtents = axisExtents;
  }

  /** Iterations. */
  extent(iterator: number): number {
    if ((this.#runs[iterator] as number) < 0) this.#settle(iterator);
    return this.#extent[iterator] as number;
  }

  /** False for a part of fused axes that ends within one: its runs only approximate it. */
  isExact(iterator: number): boolean {
    if ((this.#runs[iterator] as number) < 0) this.#settle(iterator);
    return this.#isExact[iterator] === 1;
  }

  /** What TVM printed rules; where one run stands behind the loop, it follows. */
  correct(iterator: number, extent: number): void {
    if (this.extent(iterator) === extent) return;
    this.#extent[iterator] = extent;
    if (this.#runs[iterator] !== 1) {
      this.#isExact[iterator] = 0;
      return;
    }
    const run = this.#first[iterator] as number;
    const first = this.#runCount;
    this.#addRun(this.runAxis[run] as number, extent, this.runStride[run] as number);
    this.#first[iterator] = first;
  }

  /** Gives an iterator that no step made one run along an axis. */
  setRun(iterator: number, axis: number, extent: number, stride: number): void {
    this.#grow(iterator + 1);
    const first = this.#runCount;
    this.#addRun(axis, extent, stride);
    this.#set(iterator, extent, first, 1, 1);
  }

  /** First of the iterator's runs, outermost first. */
  firstRun(iterator: number): number {
    if ((this.#runs[iterator] as number) < 0) this.#settle(iterator);
    return this.#first[iterator] as number;
  }

  runs(iterator: number): number {
    if ((this.#runs[iterator] as number) < 0) this.#settle(iterator);
    return this.#runs[iterator] as number;
  }

  /**
   * Says that the iterator is bound to threads: no split on the way to it gives it
   * fewer iterations than its length says, however short what is split may be.
   */
  bindToThreads(iterator: number): void {
    const table = this.#table;
    if (this.#isThreaded[iterator] === 1) return;
    this.#isThreaded[iterator] = 1;
    const source = table.source[iterator] as number;
    if (table.provenance[iterator] === Provenance.split) this.bindToThreads(source);
    if (table.provenance[iterator] !== Provenance.fuse) return;
    for (let i = 0; i < (table.part[iterator] as number); i++) {
      this.bindToThreads(table.parts[source + i] as number);
    }
  }

  #settle(iterator: number): void {
    const table = this.#table;
    const source = table.source[iterator] as number;
    switch (table.provenance[iterator]) {
      case Provenance.axis: {
        const extent = this.#axisExtents[source] as number;
        const first = this.#runCount;
        if (extent !== 1) this.#addRun(source, extent, 1);
        this.#set(iterator, extent, first, this.#runCount - first, 1);
        return;
      }
      case Provenance.fuse:
        this.#settleFusion(iterator, source, table.part[iterator] as number);
        return;
      default:
        this.#settleSplit(table.split[iterator] as number, source);
    }
  }

  #settleFusion(iterator: number, firstPart: number, count: number): void {
    const { parts } = this.#table;
    let extent = 1;
    let isExact = 1;
    for (let i = 0; i < count; i++) {
      const part = parts[firstPart + i] as number;
      extent *= this.extent(part);
      isExact &= this.#isExact[part] as number;
    }
    const first = this.#runCount;
    for (let i = 0; i < count; i++) {
      const part = parts[firstPart + i] as number;
      const from = this.#first[part] as number;
      const runs = this.#runs[part] as number;
      for (let run = from; run < from + runs; run++) this.#copyRun(run);
    }
    this.#set(iterator, extent, first, this.#runCount - first, isExact);
  }

  /** Settles all parts, innermost first: each takes its length of what the inner ones left. */
  #settleSplit(split: number, parent: number): void {
    const table = this.#table;
    const start = table.splitFirst[split] as number;
    const count = (table.splitFirst[split + 1] as number) - start;
    const parts = table.splitParts[split] as number;
    const isInner = table.splitInner[split] === 1;
    let rest = this.extent(parent);
    // Lengths of the outer parts: those of the inner ones follow from the whole.
    let innermost = rest;
    if (!isInner) {
      for (let i = 0; i < count; i++) {
        innermost = Math.ceil(innermost / (table.lengths[start + i] as number));
      }
    }
    let outerFirst = this.#first[parent] as number;
    let outerRuns = this.#runs[parent] as number;
    this.#isEven = this.#isExact[parent] as number;
    for (let part = count; part >= 1; part--) {
      const index = isInner ? start + part - 1 : start + part;
      const length = !isInner && part === count ? innermost : (table.lengths[index] as number);
      const first = this.#takeInner(outerFirst, outerRuns, length);
      const extent = this.#isThreaded[parts + part] === 1 ? length : Math.min(rest, length);
      this.#set(parts + part, extent, first, this.#runCount - first, this.#isEven);
      outerFirst = this.#outerFirst;
      outerRuns = this.#outerRuns;
      rest = Math.ceil(rest / length);
    }
    this.#set(parts, rest, outerFirst, outerRuns, this.#isEven);
  }

  #outerFirst = 0;
  #outerRuns = 0;
  /** 0 once a part has ended within an axis that others stand around. */
  #isEven = 1;

  /**
   * Divides runs so that the inner ones take `length` steps: those stand at the end
   * of the columns, from the result on; the outer ones before them.
   */
  #takeInner(first: number, count: number, length: number): number {
    if (length === 1) {
      this.#outerFirst = first;
      this.#outerRuns = count;
      return this.#runCount;
    }
    // How many runs go to the inner part as a whole, and what it takes of the next.
    let rest = length;
    let whole = count;
    while (whole > 0 && rest > 1 && (this.runExtent[first + whole - 1] as number) <= rest) {
      const taken = this.runExtent[first + whole - 1] as number;
      whole -= 1;
      if (whole > 0 && rest % taken !== 0) this.#isEven = 0;
      rest = Math.ceil(rest / taken);
    }
    const isDivided = whole > 0 && rest > 1;
    const divided = first + whole - 1;
    if (whole > 1 && isDivided && (this.runExtent[divided] as number) % rest !== 0) {
      this.#isEven = 0;
    }
    this.#outerFirst = first;
    this.#outerRuns = whole;
    if (isDivided) {
      this.#outerFirst = this.#runCount;
      for (let run = first; run < divided; run++) this.#copyRun(run);
      const stride = this.runStride[divided] as number;
      const outer = Math.ceil((this.runExtent[divided] as number) / rest);
      this.#addRun(this.runAxis[divided] as number, outer, stride * rest);
    }
    const inner = this.#runCount;
    if (isDivided) {
      this.#addRun(this.runAxis[divided] as number, rest, this.runStride[divided] as number);
    }
    for (let run = first + whole; run < first + count; run++) this.#copyRun(run);
    return inner;
  }

  #set(iterator: number, extent: number, first: number, runs: number, isExact: number): void {
    this.#isExact[iterator] = isExact;
    this.#extent[iterator] = extent;
    this.#first[iterator] = first;
    this.#runs[iterator] = runs;
  }

  #copyRun(run: number): void {
    this.#addRun(
      this.runAxis[run] as number,
      this.runExtent[run] as number,
      this.runStride[run] as number,
    );
  }

  #addRun(axis: number, extent: number, stride: number): void {
    const i = this.#runCount++;
    if (i === this.runAxis.length) {
      if (i >= maxRuns)
        throw invalidArgument('transform_steps: the loops are too entangled to read');
      this.runAxis = growTo(this.runAxis, i + 1);
      this.runExtent = growTo(this.runExtent, i + 1);
      this.runStride = growTo(this.runStride, i + 1);
    }
    this.runAxis[i] = axis;
    this.runExtent[i] = extent;
    this.runStride[i] = stride;
  }
}
