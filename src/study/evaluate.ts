import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../base';
import type { SplitChoice } from '../config';
import { type Corpus, type CorpusProgress, readCorpus } from '../corpus';
import { Code, PredictorError } from '../errors';
import { evaluateJudged } from '../metrics';
import type { RecordStore } from '../store';
import type { Tf } from '../tensor';
import { choosePartition } from './choose-partition';
import { drawEvaluation } from './evaluation-charts';
import {
  evaluateEstimate,
  evaluateGroup,
  evaluateGroups,
  type JudgedEntry,
  joinJudged,
  networksOf,
} from './evaluation-groups';
import { formatEvaluationPage } from './evaluation-page';
import { EVALUATION_FORMAT, type EvaluationReport, type ReportedTask } from './evaluation-report';
import { judgeCorpus } from './judge-corpus';
import { type OpenedModel, openModel } from './open-model';
import { findWorstTasks } from './worst-tasks';

export interface EvaluateRequest {
  readonly store: RecordStore;
  readonly modelFolder: string;
  /** What is judged is the test side; where nothing is parted, all programs. */
  readonly choice: SplitChoice;
  /** Only records of this device; undefined: of all. */
  readonly deviceName?: string | undefined;
  /** Folder of the report; made where it is not there. */
  readonly out: string;
  /** Of the intervals. */
  readonly seed: number;
  readonly leastRecordsForRank: number;
  readonly openTensors: () => Tf;
  readonly signal?: AbortSignal | undefined;
  readonly onRead?: ((progress: CorpusProgress) => void) | undefined;
  readonly onJudged?: ((done: number, total: number) => void) | undefined;
}

/** Tasks whose worst programs are shown. */
const WORST_TASKS = 10;

/**
 * Judges a model by programs of a store and writes `report.md`, its charts, and `evaluation.json`.
 *
 * Errors as `openModel` and `choosePartition`; FAILED_PRECONDITION where there is nothing to judge,
 * CANCELLED where the signal asks for it.
 */
export async function evaluate(request: EvaluateRequest): Promise<EvaluationReport> {
  const { store, signal } = request;
  const model = await openModel(request.modelFolder);
  const corpus = await readCorpus(store, {
    filter: { deviceName: request.deviceName },
    source: model.source,
    signal,
    onProgress: request.onRead,
  });
  const { partition, description } = await choosePartition(corpus, request.choice);
  const indices = request.choice.kind === 'all' ? partition.train : partition.test;
  assertNotEmpty(indices, corpus, description);
  const judged = await judgeCorpus(request.openTensors(), model.state, corpus, indices, {
    signal,
    onProgress: request.onJudged,
  });
  const members = joinJudged(corpus, indices, judged);
  const report = await createReport(request, model, corpus, description, members);
  await writeReport(request.out, report, members);
  return report;
}

async function createReport(
  { store, seed, leastRecordsForRank }: EvaluateRequest,
  { predictor, training, weightsSha256 }: OpenedModel,
  corpus: Corpus,
  split: string,
  members: readonly JudgedEntry[],
): Promise<EvaluationReport> {
  const options = { seed, leastRecordsForRank };
  const judged = members.map((member) => member.judged);
  const { perTask } = evaluateJudged(judged, { ...options, resamples: 0 });
  const { tasks, entries, refused } = corpus;
  const tasksById = new Map(tasks.map((task) => [task.task.id, task]));
  return {
    format: EVALUATION_FORMAT,
    model: { predictor, trainedOn: training.trainedOn, weightsSha256 },
    data: { split, programs: entries.length, refused: Object.fromEntries(refused.reasons) },
    seed,
    overall: evaluateGroup('all', members, options),
    estimate: evaluateEstimate(members, options),
    byDevice: evaluateGroups(members, (task) => [task.deviceName], options),
    byFamily: evaluateGroups(members, (task) => [task.family], options),
    byNetwork: evaluateGroups(members, networksOf, options),
    tasks: perTask.flatMap((figures): ReportedTask[] => {
      const found = tasksById.get(figures.taskId);
      if (found === undefined) return [];
      const { computation, family, deviceName, networks, task } = found;
      const { workloadKey } = task;
      return [{ ...figures, computation, family, deviceName, networks, workloadKey }];
    }),
    worst: await findWorstTasks(store, members, perTask, WORST_TASKS),
  };
}

/** The JSON last: who finds it finds all of the others. */
async function writeReport(
  out: string,
  report: EvaluationReport,
  members: readonly JudgedEntry[],
): Promise<void> {
  await mkdir(out, { recursive: true });
  const charts = drawEvaluation(members, report.overall);
  for (const { file, svg } of charts) await replaceFile(join(out, file), svg);
  await replaceFile(join(out, 'report.md'), formatEvaluationPage(report, { files: charts }));
  await replaceFile(join(out, 'evaluation.json'), `${JSON.stringify(report, null, 1)}\n`);
}

function assertNotEmpty(indices: readonly number[], corpus: Corpus, description: string): void {
  if (indices.length > 0) return;
  const { entries, refused } = corpus;
  throw new PredictorError(
    Code.FailedPrecondition,
    `no program to judge (${description}): the store has ${entries.length} that can be read, none of them tested, and ${refused.count} records that give no label`,
  );
}
