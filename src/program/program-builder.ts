/**
 * A replayed schedule → columns of the compact AST: the order of loops and leaves,
 * how far every loop runs (TVM's bound inference: what a stage must provide where
 * it is attached follows from what its readers need there), and the spans of every
 * level. With the printed text at hand, its loops and extents rule.
 */
import { invalidArgument } from '../errors';
import { Attachments, threadRank } from './attachments';
import type { CompactProgram, ProgramLeaf } from './compact-program';
import type { ResolvedDag, StageRead, StageShape } from './dag-state';
import { growTo } from './grow';
import type { CompiledIndex } from './index-span';
import { IteratorExtents } from './iterator-extents';
import { limits } from './limits';
import type { PrintedLoops } from './printed-loops';
import { ProgramColumns } from './program-columns';
import type { ScheduleReplay, StageSlot } from './schedule-replay';

export class ProgramBuilder {
  readonly #replay: ScheduleReplay;
  readonly #extents: IteratorExtents;
  readonly #attachments = new Attachments();
  readonly #columns = new ProgramColumns();
  #shapes: readonly StageShape[] = [];
  #dag: ResolvedDag | undefined;

  // By position of a stage.
  /** Its path in `#pathIterators`: first entry, entries, and how many belong to others. */
  #pathFirst = new Int32Array(32);
  #pathLength = new Int32Array(32);
  #attachDepth = new Int32Array(32);
  #spanFirst = new Int32Array(32);

  /** By iterator: its loop in the columns. */
  #loop = new Int32Array(256);

  #pathIterators = new Int32Array(512);
  #pathEnd = 0;
  #spanEnd = 0;
  #needed = new Float64Array(32);
  #relaxed = new Float64Array(32);
  #most = new Float64Array(32);

  constructor(replay: ScheduleReplay) {
    this.#replay = replay;
    this.#extents = new IteratorExtents(replay.table);
  }

  /** The program that was replayed last; good until the next is built. */
  build(printed: PrintedLoops | undefined): CompactProgram {
    const replay = this.#replay;
    this.#shapes = replay.dag.stages;
    this.#dag = replay.dag.resolved;
    this.#reset();
    this.#attachments.update(replay, this.#extents);
    const { order } = this.#attachments;
    for (let leaf = 0; leaf < order.length; leaf++) {
      this.#columns.leafOfStage[order[leaf] as number] = leaf;
    }
    printed?.begin(order, this.#shapes);
    for (let position = replay.stageCount - 1; position >= 0; position--) {
      if ((this.#columns.leafOfStage[position] as number) >= 0) this.#settle(position, printed);
    }
    this.#emit();
    printed?.assertSamePaths(this.#columns);
    return this.#columns;
  }

  #reset(): void {
    const { stageCount, table } = this.#replay;
    this.#pathFirst = growTo(this.#pathFirst, stageCount);
    this.#pathLength = growTo(this.#pathLength, stageCount);
    this.#attachDepth = growTo(this.#attachDepth, stageCount);
    this.#spanFirst = growTo(this.#spanFirst, stageCount);
    this.#loop = growTo(this.#loop, table.count);
    this.#columns.leafOfStage = growTo(this.#columns.leafOfStage, stageCount);
    this.#columns.leafOfStage.fill(-1);
    this.#pathEnd = 0;
    this.#spanEnd = 0;
    this.#extents.clear();
  }

  /** Path, extents and spans of one stage; its readers are settled before it. */
  #settle(position: number, printed: PrintedLoops | undefined): void {
    this.#startPath(position);
    const { axes, spatialCount } = this.#shapes[position] as StageShape;
    const attachDepth = this.#pathLength[position] as number;
    this.#attachDepth[position] = attachDepth;
    const needed = this.#neededOf(axes.length);
    for (let axis = 0; axis < axes.length; axis++) needed[axis] = axes[axis]?.extent as number;
    this.#neededAt(position, attachDepth, needed, spatialCount);
    this.#extents.setAxes(needed);
    if (printed === undefined) this.#ownLoops(position);
    else this.#printedLoops(position, printed);
    this.#fillSpans(position, needed);
  }

  /** The loops of other stages around a stage. */
  #startPath(position: number): void {
    const iterator = this.#attachments.attachedTo[position] as number;
    this.#pathFirst[position] = this.#pathEnd;
    this.#pathLength[position] = 0;
    if (iterator < 0) return;
    const owner = this.#attachments.owner[iterator] as number;
    const place = this.#attachments.placeInOwner[iterator] as number;
    const from = this.#pathFirst[owner] as number;
    const depth = this.#attachDepth[owner] as number;
    let length = depth;
    const ownEnd = this.#pathLength[owner] as number;
    while (
      length < ownEnd &&
      (this.#attachments.placeInOwner[this.#pathIterators[from + length] as number] as number) <=
        place
    ) {
      length += 1;
    }
    this.#pathIterators = growTo(this.#pathIterators, this.#pathEnd + length);
    this.#pathIterators.copyWithin(this.#pathEnd, from, from + length);
    this.#pathEnd += length;
    this.#pathLength[position] = length;
  }

  #ownLoops(position: number): void {
    const { iterators } = this.#replay.stages[position] as StageSlot;
    for (let i = 0; i < iterators.length; i++) {
      const iterator = iterators[i] as number;
      const extent = this.#extents.extent(iterator);
      if (extent === 1) continue;
      if (!(extent <= limits.maxExtent)) {
        throw invalidArgument(
          `transform_steps: a loop of stage "${this.#shapes[position]?.name}" runs ${extent} times, at most ${limits.maxExtent} are read`,
        );
      }
      this.#addToPath(position, iterator);
    }
  }

  /** The text says which loops there are and how far they run; the steps, over what. */
  #printedLoops(position: number, printed: PrintedLoops): void {
    const { iterators } = this.#replay.stages[position] as StageSlot;
    const { axes } = this.#shapes[position] as StageShape;
    const { table } = this.#replay;
    const before = this.#pathLength[position] as number;
    const leaf = this.#columns.leafOfStage[position] as number;
    const own = printed.loopsOf(leaf);
    let next = 0;
    let matched = 0;
    for (; matched < own.length; matched++) {
      const { name, extent } = own[matched] as (typeof own)[number];
      while (next < iterators.length && table.name(iterators[next] as number, axes) !== name) {
        next += 1;
      }
      const iterator = iterators[next++];
      if (iterator === undefined) break;
      this.#extents.correct(iterator, extent);
      this.#addToPath(position, iterator);
    }
    if (matched === own.length) return;
    const made = printed.unexplained(leaf, matched, axes, table, this.#extents);
    this.#pathEnd -= (this.#pathLength[position] as number) - before;
    this.#pathLength[position] = before;
    this.#attachments.growIterators(table.count);
    this.#loop = growTo(this.#loop, table.count);
    iterators.length = 0;
    for (const iterator of made) {
      this.#attachments.owner[iterator] = position;
      this.#attachments.placeInOwner[iterator] = iterators.length;
      iterators.push(iterator);
      this.#addToPath(position, iterator);
    }
  }

  #addToPath(position: number, iterator: number): void {
    this.#pathIterators = growTo(this.#pathIterators, this.#pathEnd + 1);
    this.#pathIterators[this.#pathEnd++] = iterator;
    this.#pathLength[position] = (this.#pathLength[position] as number) + 1;
  }

  #fillSpans(position: number, needed: Float64Array): void {
    const { axes, spatialCount } = this.#shapes[position] as StageShape;
    const count = axes.length;
    const levels = this.#pathLength[position] as number;
    const attachDepth = this.#attachDepth[position] as number;
    const path = this.#pathFirst[position] as number;
    const first = this.#spanEnd;
    this.#spanEnd = first + (levels + 1) * count;
    this.#columns.spans = growTo(this.#columns.spans, this.#spanEnd);
    this.#spanFirst[position] = first;
    const { spans } = this.#columns;
    const extents = this.#extents;
    let row = first + levels * count;
    spans.fill(1, row, row + count);
    for (let level = levels - 1; level >= attachDepth; level--) {
      row -= count;
      for (let axis = 0; axis < count; axis++)
        spans[row + axis] = spans[row + count + axis] as number;
      const iterator = this.#pathIterators[path + level] as number;
      const from = extents.firstRun(iterator);
      const to = from + extents.runs(iterator);
      for (let run = from; run < to; run++) {
        const axis = extents.runAxis[run] as number;
        const span = (spans[row + axis] as number) * (extents.runExtent[run] as number);
        spans[row + axis] = Math.min(span, needed[axis] as number);
      }
    }
    for (let level = attachDepth - 1; level >= 0; level--) {
      row -= count;
      for (let axis = 0; axis < count; axis++) needed[axis] = axes[axis]?.extent as number;
      this.#neededAt(position, level, needed, spatialCount);
      for (let axis = 0; axis < count; axis++) {
        const inner = spans[row + count + axis] as number;
        const outer = axis < spatialCount ? (needed[axis] as number) : inner;
        spans[row + axis] = Math.max(inner, outer);
      }
    }
  }

  /**
   * Lowers the spatial extents to what the readers inside the first `level`
   * loops of the path need in one of their iterations.
   */
  #neededAt(position: number, level: number, extents: Float64Array, spatialCount: number): void {
    const reads = this.#dag?.reads[position] as readonly StageRead[];
    if (reads.length === 0) return;
    const { leafOfStage } = this.#columns;
    const isShared = this.#isShared(position);
    this.#most = growTo(this.#most, spatialCount);
    const most = this.#most;
    most.fill(0, 0, spatialCount);
    for (let i = 0; i < reads.length; i++) {
      const { reader, indices } = reads[i] as StageRead;
      if ((leafOfStage[reader] as number) < 0 || !this.#sharesLoops(position, reader, level)) {
        continue;
      }
      const isRelaxed = isShared && this.#relax(reader, level);
      const spans = isRelaxed ? this.#relaxed : this.#columns.spans;
      const offset = isRelaxed ? 0 : this.#rowOf(reader, level);
      for (let axis = 0; axis < indices.length; axis++) {
        const width = (indices[axis] as CompiledIndex).width(spans, offset) + 1;
        if (width > (most[axis] as number)) most[axis] = width;
      }
    }
    for (let axis = 0; axis < spatialCount; axis++) {
      const wanted = most[axis] as number;
      if (wanted > 0 && wanted < (extents[axis] as number)) extents[axis] = wanted;
    }
  }

  /** Where a level's spans of a stage begin. */
  #rowOf(position: number, level: number): number {
    const { axes } = this.#shapes[position] as StageShape;
    return (this.#spanFirst[position] as number) + level * axes.length;
  }

  /** Whether the threads of a block share what the stage writes: as told, or as TVM infers it. */
  #isShared(position: number): boolean {
    const scope = this.#shapes[position]?.scope;
    return scope === 'shared' || (scope === 'global' && this.#attachments.rank[position] === 0);
  }

  /** Whether both stand inside the same first `level` loops. */
  #sharesLoops(position: number, reader: number, level: number): boolean {
    if ((this.#pathLength[reader] as number) < level) return false;
    const a = this.#pathFirst[position] as number;
    const b = this.#pathFirst[reader] as number;
    for (let i = 0; i < level; i++) {
      if (this.#pathIterators[a + i] !== this.#pathIterators[b + i]) return false;
    }
    return true;
  }

  /**
   * Puts the spans of a reader inside the first `level` loops into `#relaxed`, as far
   * as all threads of the block reach: the spatial axes as far as the outermost thread
   * or vthread loop takes them. False where no such loop is outside.
   */
  #relax(reader: number, level: number): boolean {
    const path = this.#pathFirst[reader] as number;
    const { annotation } = this.#replay.table;
    let outermost = 0;
    while (
      outermost < level &&
      threadRank[annotation[this.#pathIterators[path + outermost] as number] as number] !== 1
    ) {
      outermost += 1;
    }
    if (outermost === level) return false;
    const { axes, spatialCount } = this.#shapes[reader] as StageShape;
    const count = axes.length;
    const { spans } = this.#columns;
    const first = this.#spanFirst[reader] as number;
    this.#relaxed = growTo(this.#relaxed, count);
    for (let axis = 0; axis < count; axis++) {
      const row = axis < spatialCount ? outermost : level;
      this.#relaxed[axis] = spans[first + row * count + axis] as number;
    }
    return true;
  }

  #neededOf(count: number): Float64Array {
    this.#needed = growTo(this.#needed, count);
    return this.#needed;
  }

  #emit(): void {
    const columns = this.#columns;
    const { stages } = this.#replay;
    const count = this.#attachments.order.length;
    columns.loopCount = 0;
    columns.leafCount = count;
    columns.leaves.length = count;
    columns.growLeaves(count);
    columns.loopFirstRun[0] = 0;
    columns.leafFirstPath[0] = 0;
    this.#serial = 0;
    // Leaves come in pre-order; the loops in front of each that no leaf before it has opened.
    for (let leaf = 0; leaf < count; leaf++) {
      const position = this.#attachments.order[leaf] as number;
      this.#emitLeaf(leaf, position, stages[position] as StageSlot);
    }
  }

  #serial = 0;

  #emitLeaf(leaf: number, position: number, stage: StageSlot): void {
    const columns = this.#columns;
    const path = this.#pathFirst[position] as number;
    const levels = this.#pathLength[position] as number;
    const attachDepth = this.#attachDepth[position] as number;
    const first = columns.leafFirstPath[leaf] as number;
    columns.path = growTo(columns.path, first + levels);
    // Loops of the path that an earlier leaf has opened are still open here: TVM prints
    // what is attached inside them before it closes them.
    for (let level = 0; level < levels; level++) {
      const iterator = this.#pathIterators[path + level] as number;
      if (!this.#isOpen(iterator)) this.#openLoop(iterator);
      const loop = this.#loop[iterator] as number;
      columns.path[first + level] = loop;
      if (level >= attachDepth) columns.loopLeaf[loop] = leaf;
    }
    columns.leafFirstPath[leaf + 1] = first + levels;
    columns.leafSerial[leaf] = this.#serial++;
    columns.leafAttachDepth[leaf] = attachDepth;
    columns.leafFirstSpan[leaf] = this.#spanFirst[position] as number;
    columns.leafAutoUnroll[leaf] = stage.autoUnrollMaxStep;
    const made = this.#dag?.leaf(position, this.#scopeOf(position));
    if (made === undefined) {
      throw invalidArgument(
        `transform_steps: stage "${this.#shapes[position]?.name}" is inlined and computed`,
      );
    }
    columns.leaves[leaf] = made;
  }

  #isOpen(iterator: number): boolean {
    const loop = this.#loop[iterator] as number;
    return loop < this.#columns.loopCount && this.#loopIterator[loop] === iterator;
  }

  /** Iterator of each loop of the program; what stands behind `loopCount` is of another. */
  #loopIterator = new Int32Array(64);

  #openLoop(iterator: number): void {
    const columns = this.#columns;
    const extents = this.#extents;
    const loop = columns.loopCount++;
    columns.growLoops(loop + 1);
    this.#loopIterator = growTo(this.#loopIterator, loop + 1);
    this.#loopIterator[loop] = iterator;
    this.#loop[iterator] = loop;
    const extent = extents.extent(iterator);
    columns.loopAnnotation[loop] = this.#replay.table.annotation[iterator] as number;
    columns.loopExtent[loop] = extent;
    columns.loopSerial[loop] = this.#serial++;
    const from = extents.firstRun(iterator);
    const runs = extents.runs(iterator);
    const first = columns.loopFirstRun[loop] as number;
    columns.growRuns(first + runs);
    for (let run = 0; run < runs; run++) {
      columns.runAxis[first + run] = extents.runAxis[from + run] as number;
      columns.runExtent[first + run] = extents.runExtent[from + run] as number;
      columns.runStride[first + run] = extents.runStride[from + run] as number;
    }
    columns.loopIsExact[loop] = extents.isExact(iterator) ? 1 : 0;
    columns.loopFirstRun[loop + 1] = first + runs;
  }

  /** The scope that the steps name, or the one that TVM infers from the threads around. */
  #scopeOf(position: number): ProgramLeaf['scope'] {
    const { scope } = this.#shapes[position] as StageShape;
    if (scope !== 'global') return scope;
    const rank = this.#attachments.rank[position] as number;
    return rank === 1 ? 'local' : rank === 0 ? 'shared' : 'global';
  }
}
