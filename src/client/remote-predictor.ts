import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, systemClock } from '../base';
import { Code, PredictorError } from '../errors';
import type {
  FitOptions,
  FitSummary,
  ModelArtifact,
  Prediction,
  Predictor,
  PredictorDescription,
  ProgramBatch,
  TaskRecord,
} from '../predictor';
import { measuredLatencySeconds, type Task } from '../program';
import { MAX_ITEMS, type ModelInfo, type ReportFields } from '../wire';
import type { CostModelClient } from './cost-model-client';

export interface RemotePredictorOptions {
  /** Owned by the predictor from now on: `dispose` disposes of it. */
  readonly client: CostModelClient;
  /** Names the search in the server's log. Default: `remote-predictor`. */
  readonly tunerId?: string;
  /** Between two questions whether a training has ended. Default 200 ms, a tenth of a short one. */
  readonly pollMs?: number;
  /** How long `fit` waits for the server's training. Default one hour. */
  readonly fitTimeoutMs?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** Records of one report. Few enough that the largest stays within a message. */
const RECORDS_PER_REPORT = 64;

/**
 * A server as a Predictor: what passes the contract of the port here passes it
 * there. Its knowledge is the server's, shared with every other client.
 *
 * `fit` reports the records and waits until the server has learned from them;
 * the seed is the server's own, and the loss, which the wire does not carry, is
 * NaN. `describe` and `save` mean the newest version of the line that the task
 * last used belongs to; `load` makes a version of the line that its card says.
 */
export function createRemotePredictor(options: RemotePredictorOptions): Predictor {
  const { client, tunerId = 'remote-predictor', pollMs = 200 } = options;
  const { fitTimeoutMs = 3_600_000, clock = systemClock } = options;
  /** Name of the line that answers, by task. */
  const lineOf = new Map<string, string>();
  let lastLine = '';
  const newestOf = (line: string) => client.getModel({ name: line, version: 0 });

  const register = async (task: Task): Promise<void> => {
    lineOf.set(task.id, (await client.registerTask(task)).modelName);
  };

  /** Calls with the task's id, once more where the server has lost its store. */
  const withTask = async <T>(task: Task, call: (taskId: string) => Promise<T>): Promise<T> => {
    if (!lineOf.has(task.id)) await register(task);
    lastLine = lineOf.get(task.id) ?? '';
    try {
      return await call(task.id);
    } catch (thrown) {
      if (!(thrown instanceof PredictorError) || thrown.code !== Code.NotFound) throw thrown;
      await register(task);
      return call(task.id);
    }
  };

  const predict = async ({ task, programs }: ProgramBatch): Promise<readonly Prediction[]> => {
    const predictions: Prediction[] = [];
    for (let start = 0; start < programs.length; start += MAX_ITEMS) {
      const chunk = programs.slice(start, start + MAX_ITEMS);
      const answer = await withTask(task, (taskId) =>
        client.predict(
          { task: taskId, model: { name: '', version: 0 }, featureSet: undefined, tunerId },
          chunk,
        ),
      );
      predictions.push(...answer.predictions);
    }
    return predictions;
  };

  /** The last sequence of each line's records. */
  const report = async (records: readonly TaskRecord[]): Promise<ReadonlyMap<string, number>> => {
    const lastSequences = new Map<string, number>();
    for (const { task, report } of groupByTask(records, tunerId)) {
      const { lastSequence } = await withTask(task, () => client.report(report));
      const line = lineOf.get(task.id) ?? '';
      lastSequences.set(line, Math.max(lastSequences.get(line) ?? 0, lastSequence));
    }
    return lastSequences;
  };

  /** Waits until a line has learned from its records, or the signal ends the wait. */
  const waitFor = async (
    line: string,
    lastSequence: number,
    latestMs: number,
    signal: AbortSignal | undefined,
  ): Promise<ModelInfo> => {
    let info = await newestOf(line);
    while (info.description.trainedThroughSequence < lastSequence) {
      if (signal?.aborted) break;
      assertStillTraining(info, lastSequence);
      if (clock.nowMs() > latestMs) throw trainingTooLong(fitTimeoutMs, lastSequence);
      await sleep(pollMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
      info = await newestOf(line);
    }
    return info;
  };

  const fit = async (
    records: readonly TaskRecord[],
    { signal }: FitOptions,
  ): Promise<FitSummary> => {
    assertSomethingToLearn(records);
    const before = await client.getModel();
    if (before.training.phase === 'frozen') {
      throw new PredictorError(Code.FailedPrecondition, 'the server was told not to learn');
    }
    const lastSequences = await report(records);
    const latestMs = clock.nowMs() + fitTimeoutMs;
    for (const [line, lastSequence] of lastSequences) {
      await waitFor(line, lastSequence, latestMs, signal);
    }
    return { ...(await newestOf(lastLine)).description, loss: Number.NaN };
  };

  return Object.freeze<Predictor>({
    describe: async (): Promise<PredictorDescription> => (await newestOf(lastLine)).description,
    predict,
    fit,
    save: (): Promise<ModelArtifact> => client.exportModel({ name: lastLine, version: 0 }),
    async load(artifact: ModelArtifact) {
      lastLine = (await client.importModel(artifact)).model.name;
    },
    async dispose() {
      client.dispose();
    },
  });
}

/** FAILED_PRECONDITION before anything is sent: the server must not change either. */
function assertSomethingToLearn(records: readonly TaskRecord[]): void {
  if (records.some(({ record }) => measuredLatencySeconds(record) !== undefined)) return;
  throw new PredictorError(
    Code.FailedPrecondition,
    `none of the ${records.length} records has a measured latency; there is nothing to learn from`,
  );
}

/** FAILED_PRECONDITION where no training that would reach the records is coming any more. */
function assertStillTraining({ training }: ModelInfo, lastSequence: number): void {
  const { phase, lastFailure } = training;
  if (phase === 'frozen' || (phase === 'idle' && lastFailure !== '')) {
    throw new PredictorError(
      Code.FailedPrecondition,
      `training ended before sequence ${lastSequence}: ${lastFailure || 'the server was told not to learn'}`,
    );
  }
}

function trainingTooLong(fitTimeoutMs: number, lastSequence: number): PredictorError {
  return new PredictorError(
    Code.DeadlineExceeded,
    `training took more than ${fitTimeoutMs} ms to reach sequence ${lastSequence}; the records are kept`,
  );
}

function* groupByTask(
  records: readonly TaskRecord[],
  tunerId: string,
): Iterable<{ readonly task: Task; readonly report: ReportFields }> {
  const byTask = new Map<string, TaskRecord[]>();
  for (const record of records) {
    const group = byTask.get(record.task.id);
    if (group === undefined) byTask.set(record.task.id, [record]);
    else group.push(record);
  }
  for (const [taskId, group] of byTask) {
    const { task } = group[0] as TaskRecord;
    for (let start = 0; start < group.length; start += RECORDS_PER_REPORT) {
      const chunk = group.slice(start, start + RECORDS_PER_REPORT);
      yield {
        task,
        report: { task: taskId, records: chunk.map(({ record }) => record), tunerId },
      };
    }
  }
}
