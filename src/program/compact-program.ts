/**
 * The compact AST of a program: its leaves, each with the loops around it, and
 * how far every loop level reaches along the axes of the leaf's stage.
 */
import type { TensorAccess } from './accesses';
import type { AxisRun } from './iterator';
import type { Annotation } from './loop-nest';
import type { MemoryScope } from './schedule';
import type { StageComputation } from './scheduled-dag';

export interface ProgramLoop {
  readonly annotation: Annotation;
  /** Iterations, at least 2 (TVM prints no loop of one). */
  readonly extent: number;
  readonly serial: number;
  /** Index of the leaf whose stage owns the loop. */
  readonly leaf: number;
  /** What it runs over, outermost run first; axes of the owner's stage. */
  readonly runs: readonly AxisRun[];
}

export interface ProgramLeaf {
  readonly stage: StageComputation;
  readonly accesses: readonly TensorAccess[];
  readonly scope: MemoryScope;
  /** Full extents of the stage's axes, spatial ones first. */
  readonly axisExtents: readonly number[];
  /** Pre-order number among loops and leaves, from 0. */
  readonly serial: number;
  /** Enclosing loops, outermost first: indices in `loops`. */
  readonly path: readonly number[];
  /** How many loops of the path belong to other stages: where the leaf is attached. */
  readonly attachDepth: number;
  /**
   * (path.length + 1) × axes, row-major. Row l: distinct values that each axis
   * takes while the loops from l inwards run and those outside stand still.
   * The last row is all ones; row 0 is what the program needs of the stage.
   */
  readonly spans: Float64Array;
  readonly autoUnrollMaxStep: number;
}

export interface CompactProgram {
  readonly loops: readonly ProgramLoop[];
  readonly leaves: readonly ProgramLeaf[];
}
