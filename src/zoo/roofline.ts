/**
 * The analytical estimate as a predictor: PALEO's roofline (Qi et al., ICLR 2017)
 * per leaf. It needs no training and learns nothing; servers answer with it until
 * the first records have been learned from.
 */
import { Code, PredictorError } from '../errors';
import { loopNestSource, TaskFeaturesCache } from '../features';
import type {
  FitSummary,
  ModelArtifact,
  Prediction,
  Predictor,
  PredictorDescription,
  ProgramBatch,
} from '../predictor';

/** Tasks whose extractors are kept. */
const maxTasks = 64;

export class RooflinePredictor implements Predictor {
  readonly #features = new TaskFeaturesCache(loopNestSource, maxTasks);

  async describe(): Promise<PredictorDescription> {
    return {
      predictor: 'roofline',
      featureSet: 'loop-nest',
      trainedOn: 0,
      trainedThroughSequence: 0,
      parameterCount: 0,
      trainingSeconds: 0,
      weightsSha256: '',
    };
  }

  async predict(batch: ProgramBatch): Promise<readonly Prediction[]> {
    const { extractor } = this.#features.get(batch.task);
    const { estimateSeconds, failures } = extractor.extractBatch(batch.programs);
    return batch.programs.map((_, i) => {
      const failure = failures.get(i);
      if (failure !== undefined) return failure;
      return { ok: true, latencySeconds: estimateSeconds[i] as number, logStandardDeviation: 0 };
    });
  }

  async fit(): Promise<FitSummary> {
    throw new PredictorError(Code.FailedPrecondition, 'the roofline estimate does not learn');
  }

  async save(): Promise<ModelArtifact> {
    return {
      card: JSON.stringify({ format: 1, predictor: 'roofline' }),
      weights: new Uint8Array(),
    };
  }

  async load(artifact: ModelArtifact): Promise<void> {
    let predictor: unknown;
    try {
      predictor = JSON.parse(artifact.card).predictor;
    } catch (cause) {
      throw new PredictorError(Code.InvalidArgument, 'artifact.card: not JSON', { cause });
    }
    if (predictor !== 'roofline') {
      throw new PredictorError(
        Code.InvalidArgument,
        `artifact.card.predictor: "${predictor}", expected "roofline"`,
      );
    }
  }

  async dispose(): Promise<void> {
    this.#features.clear();
  }
}
