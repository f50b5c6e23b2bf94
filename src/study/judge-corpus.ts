import type { Corpus, CorpusEntry } from '../corpus';
import { Code, PredictorError } from '../errors';
import type { Judged } from '../metrics';
import type { ModelState } from '../model';
import type { Tf } from '../tensor';
import { predictExamples } from '../training';

export interface JudgeOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Programs between two breaths of the event loop, in which an abort can arrive. */
const PROGRAMS_PER_BREATH = 2048;

/**
 * What a model says of entries, beside what was measured; one an index, in order. CANCELLED where
 * the signal asks for it.
 */
export async function judgeCorpus(
  tf: Tf,
  state: ModelState,
  { entries }: Corpus,
  indices: readonly number[],
  { signal, onProgress }: JudgeOptions = {},
): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  for (let start = 0; start < indices.length; start += PROGRAMS_PER_BREATH) {
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted === true) {
      throw new PredictorError(
        Code.Cancelled,
        `evaluation was stopped after ${start} of ${indices.length} programs`,
      );
    }
    const part = indices
      .slice(start, start + PROGRAMS_PER_BREATH)
      .map((index) => entries[index] as CorpusEntry);
    const { latencySeconds, logDeviation } = predictExamples(
      tf,
      state,
      part.map((entry) => entry.example),
    );
    part.forEach((entry, i) => {
      judged.push({
        taskId: entry.example.taskId,
        latencySeconds: entry.latencySeconds,
        predictedSeconds: latencySeconds[i] as number,
        logStandardDeviation: logDeviation[i] as number,
      });
    });
    onProgress?.(start + part.length, indices.length);
  }
  return judged;
}

/** The analytical estimate in the model's place: what is known without learning. */
export function judgeEstimates(entries: readonly CorpusEntry[]): readonly Judged[] {
  return entries.map(({ example, latencySeconds }) => ({
    taskId: example.taskId,
    latencySeconds,
    predictedSeconds: Math.exp(example.logEstimate),
    logStandardDeviation: 0,
  }));
}

/**
 * The second measurement of each program as a prediction of the first: what nobody does better
 * than, but by chance. Programs that were measured once have none.
 */
export function judgeRepetitions(entries: readonly CorpusEntry[]): readonly Judged[] {
  return entries.flatMap(({ example, recordSeconds }) => {
    const [first, second] = recordSeconds;
    if (first === undefined || second === undefined) return [];
    const { taskId } = example;
    return [{ taskId, latencySeconds: first, predictedSeconds: second, logStandardDeviation: 0 }];
  });
}
