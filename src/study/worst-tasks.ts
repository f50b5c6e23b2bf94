import type { TaskEvaluation } from '../metrics';
import { describeTask } from '../program';
import type { RecordStore } from '../store';
import type { JudgedEntry } from './evaluation-groups';

/** A task that is predicted badly, with the program that is predicted worst. */
export interface WorstTask extends TaskEvaluation {
  /** Family and shapes. */
  readonly description: string;
  readonly deviceName: string;
  readonly workloadKey: string;
  /** Geometric mean of predicted / measured: 2 where all of it is predicted twice as slow. */
  readonly bias: number;
  readonly worstProgram: {
    readonly latencySeconds: number;
    readonly predictedSeconds: number;
    readonly sequence: number;
    /** Loop nest, or transform steps where none was printed; cut off where it is long. */
    readonly text: string;
  };
}

/** Programs that a task needs: of one or two, an error says little of the task. */
const LEAST_PROGRAMS = 8;
const MOST_CHARACTERS = 4000;

/** The `most` tasks with the largest MAPE, the worst first. */
export async function findWorstTasks(
  store: Pick<RecordStore, 'readRecords'>,
  members: readonly JudgedEntry[],
  perTask: readonly TaskEvaluation[],
  most: number,
): Promise<readonly WorstTask[]> {
  const worst = perTask
    .filter((task) => task.programs >= LEAST_PROGRAMS)
    .sort((a, b) => b.mapePercent - a.mapePercent)
    .slice(0, most);
  const found: WorstTask[] = [];
  for (const figures of worst) {
    const own = members.filter((member) => member.judged.taskId === figures.taskId);
    const program = own.reduce((a, b) => (Math.abs(logError(b)) > Math.abs(logError(a)) ? b : a));
    const { task } = program.task;
    const sequence = program.entry.sequences[0] as number;
    const { latencySeconds, predictedSeconds } = program.judged;
    found.push({
      ...figures,
      description: describeTask(task),
      deviceName: program.task.deviceName,
      workloadKey: task.workloadKey,
      bias: Math.exp(own.reduce((sum, member) => sum + logError(member), 0) / own.length),
      worstProgram: {
        latencySeconds,
        predictedSeconds,
        sequence,
        text: await programText(store, task.id, sequence),
      },
    });
  }
  return found;
}

/** ln(predicted / measured). */
function logError({ judged }: JudgedEntry): number {
  return Math.log(judged.predictedSeconds / judged.latencySeconds);
}

async function programText(
  store: Pick<RecordStore, 'readRecords'>,
  taskId: string,
  sequence: number,
): Promise<string> {
  const [stored] = await store.readRecords({ taskId }, sequence - 1, 1);
  // Pruned since it was read.
  if (stored?.sequence !== sequence) return '';
  const { loopNest, transformSteps } = stored.record.program;
  const text = loopNest === '' ? transformSteps : loopNest.trimEnd();
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}\n…`;
}
