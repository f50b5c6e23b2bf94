import { saveModelFolder } from '../artifact';
import type { Corpus } from '../corpus';
import { layoutOf } from '../model';
import { formatTrainingSettings, type TrainingSettings } from '../training';
import { encodeArtifact } from '../zoo';
import { modelPage } from './model-page';
import type { TrainedModel } from './train-model';
import { trainingCurves } from './training-curves';

export interface SaveTrainedRequest {
  readonly out: string;
  readonly predictor: string;
  readonly corpus: Corpus;
  readonly parted: string;
  readonly trained: TrainedModel;
  readonly settings: TrainingSettings;
  readonly seed: number;
  readonly command: string;
}

/** Card, weights, settings, curves and page; as `saveModelFolder`. Returns the checksum of the weights. */
export async function saveTrained(request: SaveTrainedRequest): Promise<string> {
  const { predictor, corpus, trained, settings } = request;
  const { state, history } = trained.result;
  const { artifact, weightsSha256 } = encodeArtifact(
    predictor,
    corpus.schema,
    state,
    trained.training,
  );
  const { parameterCount } = layoutOf(state.config);
  await saveModelFolder(request.out, artifact, {
    settings: formatTrainingSettings(settings),
    pages: {
      'MODEL.md': modelPage({ ...request, parameterCount, weightsSha256 }),
      'curves.svg': trainingCurves(history),
    },
  });
  return weightsSha256;
}
