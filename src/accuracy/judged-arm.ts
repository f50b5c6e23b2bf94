/** From raw predictions to figures of tasks. The same code judges both rivals. */
import { Code, PredictorError } from '../errors';
import { evaluateJudged, type Judged, type TaskEvaluation } from '../metrics';
import type { ManifestLine } from './manifest';
import type { PredictionLine } from './predictions';
import type { TaskUnit } from './task-units';

/** What an arm predicted of one fold under one seed. */
export interface ArmPart {
  readonly fold: string;
  readonly seed: number;
  /** Those that are judged. */
  readonly lines: readonly ManifestLine[];
  readonly predictions: ReadonlyMap<number, PredictionLine>;
  /** Job that predicted, for messages. */
  readonly job: string;
}

/** DATA_LOSS where a program that is judged was not predicted: figures would be of other programs. */
export function evaluateTasks(part: ArmPart, seed: number): readonly TaskEvaluation[] {
  const judged = part.lines.map((line): Judged => {
    const prediction = part.predictions.get(line.sequence);
    if (prediction === undefined) {
      throw new PredictorError(
        Code.DataLoss,
        `job "${part.job}" has no prediction of record ${line.sequence}; remove its folder and run again`,
      );
    }
    return {
      taskId: line.taskId,
      latencySeconds: line.latencySeconds,
      predictedSeconds: prediction.seconds,
      logStandardDeviation: prediction.deviation,
    };
  });
  return evaluateJudged(judged, { seed, resamples: 0 }).perTask;
}

/** By fold and task; the seeds of each in the order of `seeds`. */
export function unitsOf(
  parts: readonly ArmPart[],
  seeds: readonly number[],
): ReadonlyMap<string, TaskUnit> {
  const units = new Map<string, (TaskEvaluation | undefined)[]>();
  for (const part of parts) {
    const place = seeds.indexOf(part.seed);
    for (const task of evaluateTasks(part, part.seed)) {
      const key = `${part.fold}\n${task.taskId}`;
      const bySeed = units.get(key) ?? seeds.map(() => undefined);
      bySeed[place] = task;
      units.set(key, bySeed);
    }
  }
  return new Map([...units].map(([key, bySeed]) => [key, { bySeed }]));
}
