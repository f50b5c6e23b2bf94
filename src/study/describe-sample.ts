import type { Corpus, CorpusEntry, CorpusTask } from '../corpus';
import { Code, internalError, PredictorError } from '../errors';
import { describeTask } from '../program';
import type { SampledProgram, SampledTask, SampleFile } from '../sampling';
import type { RecordStore } from '../store';
import type { SampledCandidate, SampleRequest } from './sample';
import type { SampleCandidate } from './sample-candidates';

export interface SampleToDescribe {
  readonly corpus: Corpus;
  /** Grouped by computation. */
  readonly candidates: readonly SampleCandidate[];
  readonly chosen: readonly SampledCandidate[];
  readonly request: Pick<SampleRequest, 'taskSampler' | 'programSampler' | 'seed'>;
  readonly deviceName: string | undefined;
}

/** A choice with the texts of its programs out of the store, for whoever measures or learns. */
export async function describeSample(
  store: Pick<RecordStore, 'readRecords'>,
  { corpus, candidates, chosen, request, deviceName }: SampleToDescribe,
): Promise<SampleFile> {
  const tasks: SampledTask[] = [];
  for (const { candidate, reason, entries } of chosen) {
    const { key, taskIndices, family, networks } = candidates[candidate] as SampleCandidate;
    const ofKey = taskIndices.map((index) => corpus.tasks[index] as CorpusTask);
    const programs: SampledProgram[] = [];
    for (const entry of entries) {
      programs.push(await readProgram(store, corpus.entries[entry] as CorpusEntry));
    }
    tasks.push({
      computation: key,
      family,
      description: describeTask((ofKey[0] as CorpusTask).task),
      networks: [...networks],
      taskIds: sortedSet(ofKey.map(({ task }) => task.id)),
      workloadKeys: sortedSet(ofKey.map(({ task }) => task.workloadKey)),
      reason,
      programs,
    });
  }
  return {
    device: deviceName ?? null,
    taskSampler: request.taskSampler,
    programSampler: request.programSampler,
    seed: request.seed,
    candidates: {
      tasks: candidates.length,
      programs: candidates.reduce((sum, { entries }) => sum + entries.length, 0),
    },
    tasks,
  };
}

async function readProgram(
  store: Pick<RecordStore, 'readRecords'>,
  { sequences, programHash }: CorpusEntry,
): Promise<SampledProgram> {
  const sequence = sequences[0];
  if (sequence === undefined) throw internalError(`program ${programHash} has no record`);
  const [found] = await store.readRecords({}, sequence - 1, 1);
  if (found?.programHash !== programHash) {
    throw new PredictorError(
      Code.Aborted,
      `record ${sequence} of program ${programHash} has gone from the store meanwhile: choose again`,
    );
  }
  const { transformSteps, loopNest } = found.record.program;
  return { hash: programHash, transformSteps, ...(transformSteps === '' && { loopNest }) };
}

function sortedSet(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
