import type { Corpus, Partition } from '../corpus';
import { loadSampleFile, sampledPrograms } from '../sampling';
import { choosePartition } from './choose-partition';
import {
  assertRoomFor,
  type LearningOutcome,
  type LearningRequest,
  learnAndSave,
  readLessonCorpus,
} from './learn-and-save';
import { openModel } from './open-model';

export interface FinetuneRequest extends LearningRequest {
  /** Absolute: folder of the model that is taken on. */
  readonly model: string;
  /** Absolute: a file of `cdmpp sample`; undefined: the split says what is learned from. */
  readonly targetPrograms: string | undefined;
}

/**
 * Trains a model on: on the programs of a sample, or on the split's few of an unseen device, or
 * else on its training side. Sizes, labels and normalisation stay the model's.
 */
export async function finetuneFromStore(request: FinetuneRequest): Promise<LearningOutcome> {
  await assertRoomFor(request.out);
  const opened = await openModel(request.model);
  const corpus = await readLessonCorpus(request, opened.source);
  const { partition, description } = await choosePartition(corpus, request.choice);
  const { targetPrograms } = request;
  const sampled =
    targetPrograms === undefined ? undefined : await sampledEntries(corpus, targetPrograms);
  return learnAndSave(request, {
    predictor: opened.predictor,
    corpus,
    partition: tuningSides(partition, sampled),
    parted: sampled === undefined ? description : `${description}; labels of a sample alone`,
    start: opened,
  });
}

/**
 * Of few programs none is kept back here: the settings say from how many on a part is. What the
 * split tests is never learned from, whoever sampled it.
 */
export function tuningSides(
  partition: Partition,
  sampled: readonly number[] | undefined,
): Partition {
  const { test, adaptation } = partition;
  if (sampled !== undefined) {
    const tested = new Set(test);
    const train = sampled.filter((index) => !tested.has(index));
    return { train, validation: [], test, adaptation: [] };
  }
  if (adaptation.length === 0) return partition;
  return { train: adaptation, validation: [], test, adaptation: [] };
}

async function sampledEntries({ tasks, entries }: Corpus, path: string): Promise<number[]> {
  const file = await loadSampleFile(path);
  const chosen = sampledPrograms(file);
  return [...entries.keys()].filter((index) => {
    const { taskIndex, programHash } = entries[index] as Corpus['entries'][number];
    const { computation, deviceName } = tasks[taskIndex] as Corpus['tasks'][number];
    const isMeant = file.device === null || file.device === deviceName;
    return isMeant && chosen.has(computation, programHash);
  });
}
