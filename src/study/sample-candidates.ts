import type { Corpus, CorpusTask } from '../corpus';
import type { OperatorFamily } from '../program';

/** What can be chosen to be measured: a computation, or a kernel with all its computations. */
export interface SampleCandidate {
  /** Hash of the computation, or of the kernel. */
  readonly key: string;
  /** Indices into the corpus's tasks: those whose programs are looked at. */
  readonly taskIndices: readonly number[];
  /** Indices into the corpus's entries: its programs, each once; at least one. */
  readonly entries: readonly number[];
  readonly family: OperatorFamily;
  /** Sorted. */
  readonly networks: readonly string[];
  /** Whether there are records of it of another device than the one to be measured. */
  readonly isSeenElsewhere: boolean;
}

export interface CandidateOptions {
  /**
   * Device to be measured: candidates are its tasks, with its programs, where the corpus has any,
   * as when a choice is judged afterwards. Else, and by default: the tasks of all devices.
   */
  readonly deviceName?: string | undefined;
  /** Default `computation`. */
  readonly groupBy?: 'computation' | 'kernel';
}

/** In the order of their keys; labels are not looked at. */
export function sampleCandidates(
  corpus: Corpus,
  { deviceName, groupBy = 'computation' }: CandidateOptions = {},
): readonly SampleCandidate[] {
  const isOfDevice = (task: CorpusTask): boolean => task.deviceName === deviceName;
  const hasDevice = corpus.tasks.some(isOfDevice);
  const entriesOfTask = corpus.tasks.map((): number[] => []);
  corpus.entries.forEach(({ taskIndex }, entry) => {
    (entriesOfTask[taskIndex] as number[]).push(entry);
  });
  const groups = new Map<string, number[]>();
  const seenElsewhere = new Set<string>();
  corpus.tasks.forEach((task, index) => {
    const key = task[groupBy];
    if (entriesOfTask[index]?.length === 0) return;
    if (!isOfDevice(task)) seenElsewhere.add(key);
    if (hasDevice && !isOfDevice(task)) return;
    groups.set(key, [...(groups.get(key) ?? []), index]);
  });
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, taskIndices]) => {
      const tasks = taskIndices.map((index) => corpus.tasks[index] as CorpusTask);
      const entries = taskIndices.flatMap((index) => entriesOfTask[index] as readonly number[]);
      return Object.freeze({
        key,
        taskIndices,
        entries: eachProgramOnce(corpus, entries),
        family: (tasks[0] as CorpusTask).family,
        networks: [...new Set(tasks.flatMap(({ networks }) => networks))].sort(),
        isSeenElsewhere: seenElsewhere.has(key),
      });
    });
}

/** A schedule that several devices have measured is one program; of two computations it is two. */
function eachProgramOnce(corpus: Corpus, entries: readonly number[]): readonly number[] {
  const seen = new Set<string>();
  return entries.filter((entry) => {
    const { taskIndex, programHash } = corpus.entries[entry] as Corpus['entries'][number];
    const key = `${(corpus.tasks[taskIndex] as CorpusTask).computation} ${programHash}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
