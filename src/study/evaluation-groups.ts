import type { Corpus, CorpusEntry, CorpusTask } from '../corpus';
import { type Evaluation, evaluateJudged, type Judged } from '../metrics';
import { judgeEstimates, judgeRepetitions } from './judge-corpus';

/** A program with what was said of it. */
export interface JudgedEntry {
  readonly entry: CorpusEntry;
  readonly task: CorpusTask;
  readonly judged: Judged;
}

/** Figures of the programs that have something in common. */
export interface GroupEvaluation {
  readonly name: string;
  readonly evaluation: GroupFigures;
  /** The same figures of a second measurement in the model's place; null where nothing was repeated. */
  readonly repetition: GroupFigures | null;
}

/** Without the tasks one by one. */
export type GroupFigures = Omit<Evaluation, 'perTask'>;

export interface GroupOptions {
  readonly seed: number;
  readonly leastRecordsForRank: number;
}

/** Repeated programs that a task needs to be in rank figures of the repetition. */
const LEAST_REPETITIONS_FOR_RANK = 8;

/** What networks' tables call programs of no network. */
export const NO_NETWORK = '(in no network)';

export function joinJudged(
  { tasks, entries }: Corpus,
  indices: readonly number[],
  judged: readonly Judged[],
): readonly JudgedEntry[] {
  return indices.map((index, i) => {
    const entry = entries[index] as CorpusEntry;
    return { entry, task: tasks[entry.taskIndex] as CorpusTask, judged: judged[i] as Judged };
  });
}

export function evaluateGroup(
  name: string,
  members: readonly JudgedEntry[],
  options: GroupOptions,
): GroupEvaluation {
  const judged = members.map((member) => member.judged);
  const repetitions = judgeRepetitions(members.map((member) => member.entry));
  const leastRecordsForRank = Math.min(LEAST_REPETITIONS_FOR_RANK, options.leastRecordsForRank);
  return {
    name,
    evaluation: figuresOf(evaluateJudged(judged, options)),
    repetition:
      repetitions.length === 0
        ? null
        : figuresOf(evaluateJudged(repetitions, { ...options, leastRecordsForRank })),
  };
}

/** The figures of the analytical estimate, which learns nothing. */
export function evaluateEstimate(
  members: readonly JudgedEntry[],
  options: GroupOptions,
): GroupFigures {
  const judged = judgeEstimates(members.map((member) => member.entry));
  return figuresOf(evaluateJudged(judged, options));
}

/** One group a name, sorted by name; a program may be in several. */
export function evaluateGroups(
  members: readonly JudgedEntry[],
  namesOf: (task: CorpusTask) => readonly string[],
  options: GroupOptions,
): readonly GroupEvaluation[] {
  const groups = new Map<string, JudgedEntry[]>();
  for (const member of members) {
    for (const name of namesOf(member.task)) {
      const known = groups.get(name);
      if (known === undefined) groups.set(name, [member]);
      else known.push(member);
    }
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, group]) => evaluateGroup(name, group, options));
}

/** Names of networks, or that there is none. */
export function networksOf({ networks }: CorpusTask): readonly string[] {
  return networks.length === 0 ? [NO_NETWORK] : networks;
}

function figuresOf({ perTask: _, ...figures }: Evaluation): GroupFigures {
  return figures;
}
