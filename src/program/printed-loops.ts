/** What the printed loop nest says of a program whose steps were replayed. */
import { invalidArgument } from '../errors';
import type { CompactProgram } from './compact-program';
import type { StageShape } from './dag-state';
import type { IteratorExtents } from './iterator-extents';
import type { IteratorTable } from './iterator-table';
import { annotations, type LoopNest, type PrintedLeaf, type PrintedLoop } from './loop-nest';
import type { Axis } from './task';

/** The name that TVM prints: `T_add#1.local` is printed as `T_add.local`. */
export function printedName(stageName: string): string {
  return stageName.replace(/#\d+/g, '');
}

export class PrintedLoops {
  readonly #nest: LoopNest;
  /** True: steps were skipped that are not known, so that loops may stand there that no step made. */
  readonly #hasUnknownSteps: boolean;

  constructor(nest: LoopNest, hasUnknownSteps: boolean) {
    this.#nest = nest;
    this.#hasUnknownSteps = hasUnknownSteps;
  }

  /** INVALID_ARGUMENT where the leaves are not those that the steps make, in their order. */
  begin(order: readonly number[], shapes: readonly StageShape[]): void {
    const { leaves } = this.#nest;
    leaves.forEach(({ stageName, lineNumber }, leaf) => {
      const position = order[leaf];
      const expected =
        position === undefined ? undefined : printedName(shapes[position]?.name ?? '');
      if (stageName === expected) return;
      throw invalidArgument(
        `loop_nest line ${lineNumber}: stage "${stageName}", where the steps compute ${expected === undefined ? 'nothing' : `"${expected}"`}`,
      );
    });
    if (leaves.length === order.length) return;
    const missing = shapes[order[leaves.length] as number]?.name;
    throw invalidArgument(`loop_nest: stage "${missing}" is not in it, which the steps compute`);
  }

  /** The loops that a leaf's stage owns, outermost first. */
  loopsOf(leaf: number): readonly PrintedLoop[] {
    const { path } = this.#leaf(leaf);
    const loops = path.map((loop) => this.#nest.loops[loop] as PrintedLoop);
    return loops.filter((loop) => loop.lastLeaf === leaf);
  }

  /**
   * Iterators for the loops of a stage where steps that are not known made them. The name
   * says which axis a loop moves (`i.0`; of fused ones the last), the loops of the same axis
   * inside it how far one step goes. INVALID_ARGUMENT where all steps are known.
   */
  unexplained(
    leaf: number,
    firstUnmatched: number,
    axes: readonly Axis[],
    table: IteratorTable,
    extents: IteratorExtents,
  ): readonly number[] {
    const own = this.loopsOf(leaf);
    const { lineNumber, stageName } = this.#leaf(leaf);
    if (!this.#hasUnknownSteps) {
      throw invalidArgument(
        `loop_nest line ${lineNumber}: the steps make no loop "${own[firstUnmatched]?.name}" around "${stageName}" at this place`,
      );
    }
    const strides = axes.map(() => 1);
    const made: number[] = [];
    for (let i = own.length - 1; i >= 0; i--) {
      const { name, extent, annotation } = own[i] as PrintedLoop;
      const axis = axes.findIndex((candidate) => candidate.name === axisOf(name));
      if (axis < 0) {
        throw invalidArgument(
          `loop_nest line ${lineNumber}: loop "${name}" names no axis of "${stageName}"`,
        );
      }
      const iterator = table.addAxis(axis);
      table.annotation[iterator] = annotations.indexOf(annotation);
      extents.setRun(iterator, axis, extent, strides[axis] as number);
      strides[axis] = (strides[axis] as number) * extent;
      made.unshift(iterator);
    }
    return made;
  }

  /** INVALID_ARGUMENT where a leaf stands inside other loops than the steps put around it. */
  assertSamePaths({ leafFirstPath }: CompactProgram): void {
    this.#nest.leaves.forEach(({ path, lineNumber, stageName }, leaf) => {
      const loops = (leafFirstPath[leaf + 1] as number) - (leafFirstPath[leaf] as number);
      if (loops === path.length) return;
      throw invalidArgument(
        `loop_nest line ${lineNumber}: ${path.length} loops around "${stageName}", where the steps put ${loops}`,
      );
    });
  }

  #leaf(leaf: number): PrintedLeaf {
    return this.#nest.leaves[leaf] as PrintedLeaf;
  }
}

/** `ax0@ax1@.0.1` → `ax1`; `i.2` → `i`. */
function axisOf(loopName: string): string {
  const last =
    loopName
      .split('@')
      .filter((part) => part !== '' && !part.startsWith('.'))
      .pop() ?? '';
  return last.split('.')[0] as string;
}
