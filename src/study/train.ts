import type { FeatureSource } from '../features';
import { choosePartition } from './choose-partition';
import {
  assertRoomFor,
  type LearningOutcome,
  type LearningRequest,
  learnAndSave,
  readLessonCorpus,
} from './learn-and-save';
import { openModel } from './open-model';

export interface TrainRequest extends LearningRequest {
  readonly predictor: string;
  readonly source: FeatureSource;
  /** Absolute: folder of a model to begin from; undefined: from nothing. */
  readonly start: string | undefined;
}

/**
 * Trains on the records of a store, and writes the folder of the model: the training side of the
 * split is learned from, the validation side chooses the weights.
 */
export async function trainFromStore(request: TrainRequest): Promise<LearningOutcome> {
  await assertRoomFor(request.out);
  const opened = request.start === undefined ? undefined : await openModel(request.start);
  const { predictor, source } = opened ?? request;
  const corpus = await readLessonCorpus(request, source);
  const { partition, description } = await choosePartition(corpus, request.choice);
  return learnAndSave(request, {
    predictor,
    corpus,
    partition,
    parted: description,
    start: opened,
  });
}
