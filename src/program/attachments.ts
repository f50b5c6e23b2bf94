/**
 * Where every stage of a replayed schedule is computed: which loop it is attached
 * to, which threads are around it, and the order in which TVM prints the leaves.
 * Columns by position of a stage or by iterator, written over by the next program.
 */
import { invalidArgument } from '../errors';
import { growTo } from './grow';
import type { IteratorExtents } from './iterator-extents';
import { annotations } from './loop-nest';
import { Location, type ScheduleReplay, type StageSlot } from './schedule-replay';

/** By annotation: rank of the threads that a loop is bound to (TVM's ThreadScope), -1 for none. */
export const threadRank = Int8Array.from(annotations, (name) => {
  if (name.startsWith('blockIdx')) return 0;
  return name === 'vthread' || name.startsWith('threadIdx') ? 1 : -1;
});

export class Attachments {
  /** By stage: the iterator that it is attached to; -1 at the root. */
  attachedTo = new Int32Array(32);
  /** By stage: the highest `threadRank` of the loops that it is attached in. */
  rank = new Int8Array(32);
  /** By iterator: the stage whose loop it is, -1 where a later step has replaced it. */
  owner = new Int32Array(256);
  /** By iterator: its place among the loops of its stage. */
  placeInOwner = new Int32Array(256);
  /** Stages in the order in which their leaves are printed. */
  readonly order: number[] = [];
  /** Attached stages, those attached first in front. */
  readonly #attached: number[] = [];

  /** Binds the extents of thread loops on the way. Throws INVALID_ARGUMENT for what cannot be. */
  update(replay: ScheduleReplay, extents: IteratorExtents): void {
    this.attachedTo = growTo(this.attachedTo, replay.stageCount);
    if (this.rank.length < replay.stageCount) this.rank = new Int8Array(replay.stageCount * 2);
    this.growIterators(replay.table.count);
    this.order.length = 0;
    this.#attached.length = 0;
    this.#attach(replay, extents);
    this.#orderLeaves(replay);
  }

  growIterators(count: number): void {
    this.owner = growTo(this.owner, count);
    this.placeInOwner = growTo(this.placeInOwner, count);
  }

  #attach(replay: ScheduleReplay, extents: IteratorExtents): void {
    const { stages, stageCount, table } = replay;
    const shapes = replay.dag.stages;
    this.owner.fill(-1, 0, table.count);
    for (let position = 0; position < stageCount; position++) {
      const { iterators } = stages[position] as StageSlot;
      for (let i = 0; i < iterators.length; i++) {
        const iterator = iterators[i] as number;
        this.owner[iterator] = position;
        this.placeInOwner[iterator] = i;
        if ((threadRank[table.annotation[iterator] as number] as number) >= 0) {
          extents.bindToThreads(iterator);
        }
      }
    }
    for (let position = stageCount - 1; position >= 0; position--) {
      this.attachedTo[position] = -1;
      this.rank[position] = -1;
      const stage = stages[position] as StageSlot;
      if (stage.location !== Location.at || shapes[position]?.kind === 'placeholder') continue;
      const iterator = table.current(stage.atIterator);
      const owner = this.owner[iterator] as number;
      if (owner <= position) {
        throw invalidArgument(
          `transform_steps: stage "${shapes[position]?.name}" is attached to one that does not use it`,
        );
      }
      this.attachedTo[position] = iterator;
      this.rank[position] = this.#rankInside(replay, owner, this.placeInOwner[iterator] as number);
      this.#attached.push(position);
    }
    this.#attached.sort(
      (a, b) => (stages[a] as StageSlot).atStep - (stages[b] as StageSlot).atStep,
    );
  }

  #rankInside({ stages, table }: ScheduleReplay, owner: number, place: number): number {
    const { iterators } = stages[owner] as StageSlot;
    let rank = this.rank[owner] as number;
    for (let i = 0; i <= place; i++) {
      const annotation = table.annotation[iterators[i] as number] as number;
      rank = Math.max(rank, threadRank[annotation] as number);
    }
    return rank;
  }

  /** TVM prints root stages in turn, and after each loop of a stage what is attached there. */
  #orderLeaves({ stages, stageCount, dag }: ScheduleReplay): void {
    for (let position = 0; position < stageCount; position++) {
      if (dag.stages[position]?.kind === 'placeholder') continue;
      const { location } = stages[position] as StageSlot;
      if (location === Location.root) this.#orderInside(stages, position);
    }
    if (this.order.length === 0) {
      throw invalidArgument('transform_steps: no stage is computed');
    }
  }

  #orderInside(stages: readonly StageSlot[], position: number): void {
    if (this.#attached.length > 0) {
      const { iterators } = stages[position] as StageSlot;
      for (let i = 0; i < iterators.length; i++) {
        this.#orderAttached(stages, iterators[i] as number);
      }
    }
    this.order.push(position);
  }

  #orderAttached(stages: readonly StageSlot[], iterator: number): void {
    for (let i = 0; i < this.#attached.length; i++) {
      const position = this.#attached[i] as number;
      if (this.attachedTo[position] === iterator) this.#orderInside(stages, position);
    }
  }
}
