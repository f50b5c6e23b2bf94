import { createRng, type Rng, shuffle } from '../base';
import type { Corpus, CorpusEntry } from '../corpus';
import { Code, invalidArgument, PredictorError } from '../errors';
import {
  choosePrograms,
  type ProgramSamplerKind,
  selectTasks,
  type TaskKernelOptions,
  type TaskPoints,
  type TaskSamplerKind,
  takeRows,
} from '../sampling';
import type { Example } from '../training';
import { featureView, fitScale, type ViewedPrograms, type ViewPrograms } from './program-view';
import { publishedPoints } from './published-points';
import type { SampleCandidate } from './sample-candidates';

export interface SampleRequest {
  readonly taskSampler: TaskSamplerKind;
  readonly programSampler: ProgramSamplerKind;
  /** Tasks to choose, or which share of the candidates, above 0, at most 1: at least one task. */
  readonly budget: { readonly tasks: number } | { readonly shareOfTasks: number };
  /** Of each chosen task's programs, above 0, at most 1: at least one program. */
  readonly shareOfPrograms: number;
  readonly seed: number;
  /** How programs are compared; default: `featureView`, which needs no model. */
  readonly view?: ViewPrograms | undefined;
  readonly kernelOptions?: TaskKernelOptions | undefined;
}

export interface SampledCandidate {
  /** Index into the candidates. */
  readonly candidate: number;
  readonly reason: string;
  /** Indices into the corpus's entries: the programs to be measured. */
  readonly entries: readonly number[];
}

/** Programs of a candidate that tell where it lies. */
const PROGRAMS_LOOKED_AT = 128;
/** A model has never seen records of a task that no device has: its own uncertainty is too small. */
const UNSEEN_FACTOR = 1.5;

/**
 * Chooses what to measure on a new device, in the order of choice, by what is known before: no
 * label is looked at, of any device, but through the model behind `view`. The same corpus and
 * request give the same choice.
 *
 * FAILED_PRECONDITION where there are no candidates.
 */
export function chooseSample(
  corpus: Corpus,
  candidates: readonly SampleCandidate[],
  request: SampleRequest,
): readonly SampledCandidate[] {
  if (candidates.length === 0) {
    throw new PredictorError(
      Code.FailedPrecondition,
      'the records hold no readable program of a whole task to choose from: import or rebuild logs first',
    );
  }
  const { taskSampler, programSampler, shareOfPrograms, seed } = request;
  assertShare('shareOfPrograms', shareOfPrograms);
  const rng = createRng(seed);
  const view = request.view ?? featureView(corpus.schema);
  const examplesOf = (entries: readonly number[]): readonly Example[] =>
    entries.map((entry) => (corpus.entries[entry] as CorpusEntry).example);
  const looked = candidates.map(({ entries }) => examplesOf(drawn(entries, rng)));
  const viewed = view(looked.flat());
  const scale = fitScale(viewed);
  const tasks =
    taskSampler === 'kmeans'
      ? asPublished(candidates, looked, corpus.schema.leaf.length)
      : asViewed(candidates, looked, viewed, scale);
  const count = taskCount(request.budget, candidates.length);
  const selected = selectTasks(taskSampler, tasks, count, rng, request.kernelOptions);
  return selected.map(({ task, reason }) => {
    const { entries } = candidates[task] as SampleCandidate;
    const own = view(examplesOf(entries));
    const points = scale(own);
    const programs = {
      points,
      width: points.length / entries.length,
      predictedSeconds: own.predictedSeconds,
    };
    const wanted = Math.max(1, Math.round(shareOfPrograms * entries.length));
    const chosen = choosePrograms(programSampler, programs, wanted, rng);
    return { candidate: task, reason, entries: chosen.map((row) => entries[row] as number) };
  });
}

function asPublished(
  candidates: readonly SampleCandidate[],
  looked: readonly (readonly Example[])[],
  leafWidth: number,
): readonly TaskPoints[] {
  const { points, width } = publishedPoints(looked, leafWidth);
  return candidates.map(({ entries }, c) => ({
    points: points[c] as Float32Array,
    width,
    programs: entries.length,
  }));
}

function asViewed(
  candidates: readonly SampleCandidate[],
  looked: readonly (readonly Example[])[],
  viewed: ViewedPrograms,
  scale: (view: ViewedPrograms) => Float32Array,
): readonly TaskPoints[] {
  const all = scale(viewed);
  const width = all.length / viewed.predictedSeconds.length;
  const isAnySeen = candidates.some(({ isSeenElsewhere }) => isSeenElsewhere);
  let first = 0;
  return candidates.map(({ entries, family, isSeenElsewhere }, c) => {
    const { length } = looked[c] as readonly Example[];
    const rows = Array.from({ length }, (_, row) => first + row);
    first += length;
    const factor = isAnySeen && !isSeenElsewhere ? UNSEEN_FACTOR : 1;
    return {
      points: takeRows(all, width, rows),
      width,
      group: family,
      deviations: Float64Array.from(rows, (row) => factor * (viewed.deviations?.[row] ?? 1)),
      programs: entries.length,
    };
  });
}

function drawn(entries: readonly number[], rng: Rng): readonly number[] {
  if (entries.length <= PROGRAMS_LOOKED_AT) return entries;
  return shuffle([...entries], rng).slice(0, PROGRAMS_LOOKED_AT);
}

function taskCount(budget: SampleRequest['budget'], candidates: number): number {
  if ('tasks' in budget) return budget.tasks;
  assertShare('shareOfTasks', budget.shareOfTasks);
  return Math.max(1, Math.round(budget.shareOfTasks * candidates));
}

function assertShare(field: string, share: number): void {
  if (share > 0 && share <= 1) return;
  throw invalidArgument(`${field}: ${share}; it must be above 0 and at most 1`);
}
