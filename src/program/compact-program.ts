/**
 * The compact AST of a program as columns: its loops and leaves in pre-order, each
 * leaf with the loops around it, and how far every loop level reaches along the
 * axes of the leaf's stage. Columns, because a search reads ten thousand programs
 * between two measurements and objects for each would cost more than the reading.
 */
import type { TensorAccess } from './accesses';
import type { MemoryScope } from './dag-edit';
import type { StageComputation } from './scheduled-dag';

/** What a leaf is, the same in every program of the task with the same stages. */
export interface ProgramLeaf {
  readonly stage: StageComputation;
  readonly accesses: readonly TensorAccess[];
  /** For each access: number of the stage that makes the tensor, an index into `leafOfStage`; -1 for inputs. */
  readonly producerStages: Int32Array;
  readonly scope: MemoryScope;
  /** Full extents of the stage's axes, spatial ones first. */
  readonly axisExtents: readonly number[];
}

/**
 * One program. Columns may be longer than they are filled; counts say how far.
 * A reader that reuses them says so: then a program is good until the next is read.
 */
export interface CompactProgram {
  readonly loopCount: number;
  /** Index into `annotations`. */
  readonly loopAnnotation: Uint8Array;
  /** Iterations, at least 2: loops of one iteration are left out, as TVM prints none. */
  readonly loopExtent: Float64Array;
  /** Pre-order number among loops and leaves, from 0. */
  readonly loopSerial: Int32Array;
  /** Index of the leaf whose stage owns the loop. */
  readonly loopLeaf: Int32Array;
  /**
   * loopCount + 1 entries: the runs of loop i are those from `loopFirstRun[i]` to
   * `loopFirstRun[i + 1]`, outermost first: along which axes of the owner's stage it steps.
   */
  readonly loopFirstRun: Int32Array;
  /** 0 where the runs only approximate what the loop does: a part of fused axes that ends within one. */
  readonly loopIsExact: Uint8Array;
  readonly runAxis: Int32Array;
  /** Steps along the axis. */
  readonly runExtent: Float64Array;
  /** Elements of the axis by which one step moves. */
  readonly runStride: Float64Array;

  readonly leafCount: number;
  /** leafCount entries, in pre-order. */
  readonly leaves: readonly ProgramLeaf[];
  /** Pre-order number among loops and leaves, from 0. */
  readonly leafSerial: Int32Array;
  /** leafCount + 1 entries into `path`: the loops around leaf i, outermost first. */
  readonly leafFirstPath: Int32Array;
  /** Indices of loops. */
  readonly path: Int32Array;
  /** How many loops of a leaf's path belong to other stages: where the leaf is attached. */
  readonly leafAttachDepth: Int32Array;
  /**
   * Where the spans of leaf i begin in `spans`: (loops around it + 1) × axes of its stage,
   * row-major. Row l: distinct values that each axis takes while the loops from l inwards run
   * and those outside stand still. The last row is all ones; row 0 is what the program needs of
   * the stage.
   */
  readonly leafFirstSpan: Int32Array;
  readonly spans: Float64Array;
  /** Statements that the pragma lets be unrolled; 0: none. */
  readonly leafAutoUnroll: Float64Array;
  /** By number of a stage: its leaf, -1 where it has none. */
  readonly leafOfStage: Int32Array;
}
