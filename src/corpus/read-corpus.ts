import { Code, PredictorError } from '../errors';
import { type FeatureSource, TaskFeaturesCache } from '../features';
import {
  computationHash,
  isLogTask,
  kernelHash,
  measuredLatencySeconds,
  operatorFamily,
  type Task,
} from '../program';
import { type RecordFilter, type RecordStore, recordPages, type StoredRecord } from '../store';
import type { Corpus, CorpusEntry, CorpusTask } from './corpus';
import { RefusalCounter } from './refusal-counter';
import { type NewProgram, TaskPrograms } from './task-programs';

export interface CorpusProgress {
  readonly recordsDone: number;
  readonly total: number;
}

export interface ReadCorpusOptions {
  /** Which records; default all. */
  readonly filter?: RecordFilter | undefined;
  readonly source: FeatureSource;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: CorpusProgress) => void) | undefined;
}

/** Extractors that are kept: records of a log come one task after the other. */
const CACHED_TASKS = 16;
/** Programs of one extraction: an extractor's columns are as long as the longest it has met. */
const PROGRAMS_PER_BATCH = 128;

/**
 * The labelled programs of a store's whole tasks, as far as the filter means them. Records are
 * read a page at a time; what stays in memory is the features (4 bytes each) and some hundred bytes
 * a program. CANCELLED where the signal asks for it.
 */
export async function readCorpus(
  store: Pick<RecordStore, 'readRecords' | 'stats'>,
  { filter = {}, source, signal, onProgress }: ReadCorpusOptions,
): Promise<Corpus> {
  const total = (await store.stats(filter)).total.records;
  const features = new TaskFeaturesCache(source, CACHED_TASKS);
  const refused = new RefusalCounter();
  const byTask = new Map<string, TaskPrograms>();
  let recordsDone = 0;
  onProgress?.({ recordsDone, total });
  for await (const page of recordPages(store, filter)) {
    assertWanted(signal, recordsDone, total);
    addPage(page, byTask, features, refused);
    recordsDone += page.length;
    onProgress?.({ recordsDone, total: Math.max(total, recordsDone) });
  }
  assertWanted(signal, recordsDone, total);
  const { schema } = source;
  return { ...finish(byTask, source), schema, refused };
}

/** Refuses what is no measurement of a whole task, and sorts the others by task and program. */
function addPage(
  page: readonly StoredRecord[],
  byTask: Map<string, TaskPrograms>,
  features: TaskFeaturesCache,
  refused: RefusalCounter,
): void {
  const fresh = new Map<TaskPrograms, Map<string, NewProgram>>();
  for (const stored of page) {
    const { task, record, sequence, programHash: hash } = stored;
    const latencySeconds = measuredLatencySeconds(record);
    if (isLogTask(task) || latencySeconds === undefined) {
      refused.add(isLogTask(task) ? 'the task is known by its log alone' : 'not measured', 1);
      continue;
    }
    const programs = byTask.get(task.id) ?? new TaskPrograms(task);
    byTask.set(task.id, programs);
    const measurement = { sequence, latencySeconds, measuredSeconds: record.timestampSeconds };
    if (programs.addMeasurement(hash, measurement)) continue;
    const ofTask = fresh.get(programs) ?? new Map<string, NewProgram>();
    fresh.set(programs, ofTask);
    const known = ofTask.get(hash);
    ofTask.set(hash, {
      hash,
      // One measurement's steps are the other's; a printed loop nest may be there with one alone.
      source: known !== undefined && record.program.loopNest === '' ? known.source : record.program,
      measurements: [...(known?.measurements ?? []), measurement],
    });
  }
  for (const [programs, ofTask] of fresh)
    extract(programs, [...ofTask.values()], features, refused);
}

function extract(
  programs: TaskPrograms,
  fresh: readonly NewProgram[],
  features: TaskFeaturesCache,
  refused: RefusalCounter,
): void {
  const ofTask = features.get(programs.task);
  for (let start = 0; start < fresh.length; start += PROGRAMS_PER_BATCH) {
    const part = fresh.slice(start, start + PROGRAMS_PER_BATCH);
    for (const { program, reason } of programs.addPrograms(part, ofTask)) {
      refused.add(reason, program.measurements.length);
    }
  }
}

function finish(
  byTask: ReadonlyMap<string, TaskPrograms>,
  source: FeatureSource,
): Pick<Corpus, 'tasks' | 'entries'> {
  const labelled = [...byTask.values()]
    .filter((programs) => programs.programCount > 0)
    .sort((a, b) => (a.task.id < b.task.id ? -1 : 1));
  const entries: CorpusEntry[] = [];
  const tasks = labelled.map((programs, taskIndex) => {
    const { task } = programs;
    const ofTask = programs.finish(taskIndex, source.schema.leaf.length, source.deviceVector(task));
    for (const entry of ofTask) entries.push(entry);
    return corpusTask(task);
  });
  return { tasks, entries };
}

function corpusTask(task: Task): CorpusTask {
  return {
    task,
    computation: computationHash(task),
    kernel: kernelHash(task),
    family: operatorFamily(task),
    deviceName: task.device.name,
    networks: task.networks.map((use) => use.name),
  };
}

function assertWanted(signal: AbortSignal | undefined, recordsDone: number, total: number): void {
  if (signal?.aborted !== true) return;
  throw new PredictorError(
    Code.Cancelled,
    `reading records was stopped after ${recordsDone} of ${total}`,
  );
}
