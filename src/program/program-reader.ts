/**
 * Program source → compact AST. The transform steps alone are enough: replayed on
 * the task's stages they give loops and leaves, and bound inference gives extents.
 * Where the printed loop nest is there too, its loops and extents rule.
 */
import { invalidArgument } from '../errors';
import type { CompactProgram } from './compact-program';
import { DagState } from './dag-state';
import { parseLoopNest } from './loop-nest';
import type { ProgramSource } from './measured-record';
import { PrintedLoops } from './printed-loops';
import { ProgramBuilder } from './program-builder';
import { ScheduleReplay } from './schedule-replay';
import { StepColumns, StepKind } from './step-columns';
import type { Task } from './task';

export interface ProgramReader {
  /**
   * Good until the next read: the columns are used again. Throws INVALID_ARGUMENT
   * with line or step and the reason for what it cannot read.
   */
  read(source: ProgramSource): CompactProgram;
}

/** For the programs of one task; not for use by two threads. */
export function createProgramReader(task: Task): ProgramReader {
  const steps = new StepColumns();
  const replay = new ScheduleReplay(DagState.ofTask(task.stages));
  const builder = new ProgramBuilder(replay);
  return {
    read({ loopNest, transformSteps }) {
      if (transformSteps === '') {
        throw invalidArgument(
          'program.transform_steps: empty; the loop nest alone hides what loops run over',
        );
      }
      const isPrinted = loopNest !== '';
      steps.read(transformSteps, isPrinted);
      replay.run(steps);
      if (!isPrinted) return builder.build(undefined);
      const hasUnknownSteps = steps.kind.subarray(0, steps.count).includes(StepKind.unknown);
      return builder.build(new PrintedLoops(parseLoopNest(loopNest), hasUnknownSteps));
    },
  };
}
