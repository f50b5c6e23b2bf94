/**
 * Applies transform steps to the stages of a task, as TVM's State does: the
 * iterators of every stage, their annotations, where each stage is computed, and
 * the stages that caching and rfactor add. How far loops run follows from their
 * consumers and is not settled here. One object replays program after program.
 */
import { invalidArgument } from '../errors';
import type { DagState } from './dag-state';
import { growTo } from './grow';
import { IteratorTable } from './iterator-table';
import { limits } from './limits';
import { annotations } from './loop-nest';
import { RfactorReplay } from './rfactor-replay';
import { type StepColumns, StepKind, scopeNames } from './step-columns';

/** Where a stage is computed. */
export const Location = Object.freeze({ root: 0, inlined: 1, at: 2 });

/** A stage in the making; kept and reused, whichever stage of whichever program it is next. */
export class StageSlot {
  /** Outermost first: numbers in the iterator table. */
  readonly iterators: number[] = [];
  /** `Location`. */
  location = Location.root as number;
  /** Where location is `at`: the iterator, as it was when the stage was put there. */
  atIterator = -1;
  /** Number of the step that put it there: what is attached first is printed first. */
  atStep = 0;
  autoUnrollMaxStep = 0;
}

export class ScheduleReplay {
  readonly table = new IteratorTable();
  /** Stages in TVM's order, producers before consumers: slots of the first `stageCount` positions. */
  readonly stages: StageSlot[] = [];
  stageCount = 0;
  readonly #start: DagState;
  readonly #rfactor = new RfactorReplay(this.table);
  #dag: DagState;
  readonly #spare: StageSlot[] = [];
  #seen = new Uint8Array(256);

  constructor(start: DagState) {
    this.#start = start;
    this.#dag = start;
  }

  /** The stages after the edits of the steps, position by position. */
  get dag(): DagState {
    return this.#dag;
  }

  /** Throws INVALID_ARGUMENT naming the step for one that does not fit the state before it. */
  run(steps: StepColumns): void {
    this.#reset();
    for (let step = 0; step < steps.count; step++) this.#apply(steps, step);
  }

  #reset(): void {
    this.table.clear();
    for (let i = 0; i < this.stageCount; i++) this.#spare.push(this.stages[i] as StageSlot);
    this.#dag = this.#start;
    const shapes = this.#start.stages;
    this.stageCount = shapes.length;
    for (let i = 0; i < shapes.length; i++) {
      this.stages[i] = this.#slot(shapes[i]?.axes.length as number);
    }
    this.stages.length = this.stageCount;
  }

  #slot(axes: number): StageSlot {
    const slot = this.#spare.pop() ?? new StageSlot();
    slot.iterators.length = 0;
    for (let axis = 0; axis < axes; axis++) slot.iterators.push(this.table.addAxis(axis));
    slot.location = Location.root;
    slot.atIterator = -1;
    slot.autoUnrollMaxStep = 0;
    return slot;
  }

  #apply(steps: StepColumns, step: number): void {
    const kind = steps.kind[step] as number;
    if (kind === StepKind.unknown) return;
    const position = steps.stage[step] as number;
    const stage = this.#stage(position, step);
    const first = steps.first[step] as number;
    const second = steps.second[step] as number;
    const third = steps.third[step] as number;
    switch (kind) {
      case StepKind.annotate:
        if (annotations[second] === undefined) {
          throw misfit(step, `annotation ${second} is not known`);
        }
        this.table.annotation[this.#iterator(stage, position, first, step)] = second;
        return;
      case StepKind.pragma:
        if (third >= 0) stage.autoUnrollMaxStep = third;
        return;
      case StepKind.storageAlign:
        return;
      case StepKind.fuse:
        this.#fuse(steps, step, stage, position);
        return;
      case StepKind.reorder:
        this.#reorder(steps, step, stage, position);
        return;
      case StepKind.split: {
        const from = steps.listStart[step] as number;
        const count = (steps.listStart[step + 1] as number) - from;
        const at = this.table.beginSplit(count);
        for (let i = 0; i < count; i++) {
          this.table.lengths[at + i] = steps.list[from + i] as number;
        }
        this.#split(stage, position, first, count, third !== 0, step);
        return;
      }
      case StepKind.followSplit:
        this.#followSplit(steps, step, stage, position);
        return;
      case StepKind.followFusedSplit:
        this.#followFusedSplit(steps, step, stage, position);
        return;
      case StepKind.computeAt:
        stage.atIterator = this.#iterator(this.#stage(first, step), first, second, step);
        stage.location = Location.at;
        stage.atStep = step;
        return;
      case StepKind.inline:
        stage.location = Location.inlined;
        this.#dag = this.#dag.inline(position);
        return;
      case StepKind.root:
        stage.location = Location.root;
        return;
      case StepKind.cacheRead: {
        const readers = Array.from(
          steps.list.subarray(steps.listStart[step], steps.listStart[step + 1]),
        );
        for (const reader of readers) this.#stage(reader, step);
        this.#dag = this.#dag.cacheRead(position, scopeNames[first] ?? 'global', readers);
        this.#insert(position + 1, this.#newSlot(position + 1, step), step);
        return;
      }
      case StepKind.cacheWrite:
        this.#cacheWrite(position, stage, scopeNames[first] ?? 'global', step);
        return;
      case StepKind.rfactor:
        this.#dag = this.#rfactor.apply(this.#dag, position, stage.iterators, first, second, step);
        this.#replaceByFactored(position, stage, step);
        return;
    }
  }

  #fuse(steps: StepColumns, step: number, stage: StageSlot, position: number): void {
    const from = steps.listStart[step] as number;
    const count = (steps.listStart[step + 1] as number) - from;
    const first = count === 0 ? 0 : (steps.list[from] as number);
    for (let i = 0; i < count; i++) {
      if (steps.list[from + i] !== first + i) {
        throw misfit(step, 'fused iterators must stand side by side');
      }
      this.#iterator(stage, position, first + i, step);
    }
    const fused = this.table.addFusion(stage.iterators, first, first + count);
    replaceAt(stage.iterators, first, count, fused, 1);
  }

  #reorder(steps: StepColumns, step: number, stage: StageSlot, position: number): void {
    const from = steps.listStart[step] as number;
    const count = (steps.listStart[step + 1] as number) - from;
    const { iterators } = stage;
    if (count !== iterators.length) {
      throw misfit(step, `order has ${count} of ${iterators.length} iterators`);
    }
    this.#seen = growTo(this.#seen, count);
    this.#seen.fill(0, 0, count);
    scratch.length = 0;
    for (let i = 0; i < count; i++) {
      const index = steps.list[from + i] as number;
      scratch.push(this.#iterator(stage, position, index, step));
      if (this.#seen[index] === 1) throw misfit(step, `order names iterator ${index} twice`);
      this.#seen[index] = 1;
    }
    for (let i = 0; i < count; i++) iterators[i] = scratch[i] as number;
  }

  /** `count` lengths stand behind the last split's in the table. */
  #split(
    stage: StageSlot,
    position: number,
    index: number,
    count: number,
    innerToOuter: boolean,
    step: number,
  ): void {
    const parent = this.#iterator(stage, position, index, step);
    const parts = this.table.endSplit(parent, count, innerToOuter);
    replaceAt(stage.iterators, index, 1, parts, count + 1);
  }

  /** FollowSplitStep: the first lengths as they are, the last one the product of the rest. */
  #followSplit(steps: StepColumns, step: number, stage: StageSlot, position: number): void {
    const source = steps.second[step] as number;
    const count = steps.third[step] as number;
    this.#requireSplit(steps, source, step);
    const from = steps.listStart[source] as number;
    const to = steps.listStart[source + 1] as number;
    if (count > to - from + 1) {
      throw misfit(step, `follows step ${source} in ${count} parts, which has ${to - from + 1}`);
    }
    const at = this.table.beginSplit(count);
    let rest = 1;
    for (let i = from + count - 1; i < to; i++) rest *= steps.list[i] as number;
    for (let i = 0; i < count - 1; i++) {
      this.table.lengths[at + i] = steps.list[from + i] as number;
    }
    this.table.lengths[at + count - 1] = rest;
    this.#split(stage, position, steps.first[step] as number, count, true, step);
  }

  /** FollowFusedSplitStep: one length, the product of a level of several splits. */
  #followFusedSplit(steps: StepColumns, step: number, stage: StageSlot, position: number): void {
    const level = steps.second[step] as number;
    let length = 1;
    const end = steps.listStart[step + 1] as number;
    for (let i = steps.listStart[step] as number; i < end; i++) {
      const source = steps.list[i] as number;
      this.#requireSplit(steps, source, step);
      const at = (steps.listStart[source] as number) + level;
      if (at < (steps.listStart[source + 1] as number)) length *= steps.list[at] as number;
    }
    this.table.lengths[this.table.beginSplit(1)] = length;
    this.#split(stage, position, steps.first[step] as number, 1, steps.third[step] !== 0, step);
  }

  #requireSplit(steps: StepColumns, source: number, step: number): void {
    if (source >= 0 && source < step && steps.kind[source] === StepKind.split) return;
    throw misfit(step, `follows step ${source}, which is not an earlier split`);
  }

  #cacheWrite(
    position: number,
    stage: StageSlot,
    scope: (typeof scopeNames)[number],
    step: number,
  ): void {
    this.#dag = this.#dag.cacheWrite(position, scope);
    const copy = this.#newSlot(position + 1, step);
    copy.location = stage.location;
    copy.atIterator = stage.atIterator;
    copy.atStep = stage.atStep;
    this.#moveAttached(stage, copy, step);
    this.stages[position] = this.#newSlot(position, step);
    this.#spare.push(stage);
    this.#insert(position + 1, copy, step);
  }

  #replaceByFactored(position: number, stage: StageSlot, step: number): void {
    const final = this.#newSlot(position + 1, step);
    final.location = stage.location;
    final.atIterator = stage.atIterator;
    final.atStep = stage.atStep;
    this.stages[position] = this.#newSlot(position, step);
    this.#spare.push(stage);
    this.#insert(position + 1, final, step);
  }

  /** What was attached to a stage's loops is attached to the same places of its copy. */
  #moveAttached(from: StageSlot, to: StageSlot, step: number): void {
    for (let i = 0; i < this.stageCount; i++) {
      const slot = this.stages[i] as StageSlot;
      if (slot.location !== Location.at) continue;
      const index = from.iterators.indexOf(this.table.current(slot.atIterator));
      if (index >= 0) slot.atIterator = this.#iterator(to, i, index, step);
    }
  }

  /** A fresh slot for the stage that the DAG's state has at a position. */
  #newSlot(position: number, step: number): StageSlot {
    const shape = this.#dag.stages[position];
    if (shape === undefined) throw misfit(step, `stage ${position} does not exist`);
    return this.#slot(shape.axes.length);
  }

  #insert(position: number, slot: StageSlot, step: number): void {
    if (this.stageCount >= limits.maxStages) {
      throw misfit(step, `makes more than ${limits.maxStages} stages`);
    }
    this.stages.splice(position, 0, slot);
    this.stageCount += 1;
  }

  #stage(position: number, step: number): StageSlot {
    const stage = position < this.stageCount ? this.stages[position] : undefined;
    if (stage !== undefined) return stage;
    throw misfit(step, `stage ${position} of ${this.stageCount} does not exist`);
  }

  #iterator(stage: StageSlot, position: number, index: number, step: number): number {
    const iterator = stage.iterators[index];
    if (iterator !== undefined) return iterator;
    const name = this.#dag.stages[position]?.name;
    throw misfit(
      step,
      `iterator ${index} of stage "${name}" does not exist (it has ${stage.iterators.length})`,
    );
  }
}

const scratch: number[] = [];

/** Puts `count` numbers from `first` on in the place of `removed` entries. */
function replaceAt(
  list: number[],
  at: number,
  removed: number,
  first: number,
  count: number,
): void {
  const shift = count - removed;
  const oldLength = list.length;
  if (shift > 0) {
    for (let i = 0; i < shift; i++) list.push(0);
    for (let i = oldLength - 1; i >= at + removed; i--) list[i + shift] = list[i] as number;
  } else if (shift < 0) {
    for (let i = at + removed; i < oldLength; i++) list[i + shift] = list[i] as number;
    list.length = oldLength + shift;
  }
  for (let i = 0; i < count; i++) list[at + i] = first + i;
}

function misfit(step: number, reason: string): Error {
  return invalidArgument(`transform_steps step ${step}: ${reason}`);
}
